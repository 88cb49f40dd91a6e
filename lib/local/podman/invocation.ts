import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run, ToolError } from '#lib/process';
import { BackendError } from '../errors.ts';

/** How podman works on this machine. */
export interface Invocation {
  /** Global options, before the subcommand. */
  readonly global: readonly string[];
  /** Whether containers can have a process 1 that ends a program which does not know how to be that. */
  readonly hasInit: boolean;
  /** Whether limits must be set that are lower than podman's own. */
  readonly hasSmallLimits: boolean;
}

/** Tried in this order: podman as it is set up, then what older cgroups and small limits need. */
const candidates: readonly Invocation[] = [[], ['--runtime=runc']].flatMap((global) =>
  [true, false].flatMap((hasInit) =>
    [false, true].map((hasSmallLimits) => ({ global, hasInit, hasSmallLimits })),
  ),
);

/**
 * The options with which podman can start a container here. Found by trying, and kept until podman or the
 * machine's boot changes.
 *
 * @throws {BackendError} when there is no podman, or it cannot start any container
 */
export async function findInvocation(signal?: AbortSignal): Promise<Invocation> {
  const cache = await cacheFile();
  const known = await readFile(cache, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as Invocation;
  const found = await probe(signal);
  await mkdir(join(cache, '..'), { recursive: true });
  await writeFile(`${cache}.${process.pid}`, JSON.stringify(found));
  await rename(`${cache}.${process.pid}`, cache);
  return found;
}

async function probe(signal: AbortSignal | undefined): Promise<Invocation> {
  let problem: unknown;
  for (const candidate of candidates) {
    try {
      await run(
        'podman',
        [
          ...candidate.global,
          'run',
          '--rm',
          '--network=none',
          '--log-driver=none',
          ...(candidate.hasInit ? ['--init'] : []),
          ...(candidate.hasSmallLimits ? ['--ulimit=nofile=4096:20000', '--ulimit=nproc=4096:4096'] : []),
          '--rootfs',
          '/:O',
          '/bin/true',
        ],
        { timeout: 60_000, signal },
      );
      return candidate;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      problem ??= error;
    }
  }
  throw new BackendError('podman cannot start a container on this machine', {
    cause: problem,
    hint: 'try: podman run --rm --rootfs /:O /bin/true',
  });
}

async function cacheFile(): Promise<string> {
  const [program, boot] = await Promise.all([
    programFacts(),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  const key = createHash('sha256')
    .update(JSON.stringify(['2', program, boot.trim(), process.getuid?.(), process.env.CONTAINERS_CONF]))
    .digest('hex')
    .slice(0, 16);
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(base, 'bootc-catalog', `podman-${key}.json`);
}

/** Which podman it is, without the time that it takes to ask it. */
async function programFacts(): Promise<string> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, 'podman');
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile()) return `${path} ${info.size} ${info.mtimeMs}`;
  }
  throw new BackendError('podman is not installed', { hint: 'install podman 4.3 or later' });
}
