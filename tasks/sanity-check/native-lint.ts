import { mkdtemp, rm } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolError } from '#lib/process';
import type { StepContext } from '#lib/step';
import type { PlatformFacts } from './facts.ts';
import type { Outcome } from './run-checks.ts';

export const AGREEMENT = 'lint-agreement';

const nodeArchitectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  ppc64: 'ppc64le',
  s390x: 's390x',
};

/** Why the image's own bootc is not run, or undefined when it can be. */
export function nativeLintObstacle(
  { platform, rootfs }: PlatformFacts,
  machine: string = arch(),
): string | undefined {
  const claimed = platform.split('/')[1];
  if (nodeArchitectures[machine] !== claimed) return `a bootc of ${claimed} does not run on this machine`;
  const program = rootfs.get(rootfs.resolve('usr/bin/bootc') ?? '');
  if (!program) return 'there is no usr/bin/bootc in the image';
  if (program.content?.toString('latin1', 0, 4) !== '\x7fELF')
    return 'usr/bin/bootc of the image is no program but a script';
  return undefined;
}

/** What `bootc container lint` says of a rootfs: names of the lints that failed or warned. */
export interface NativeVerdict {
  readonly failed: readonly string[];
  readonly warned: readonly string[];
}

/**
 * Runs the image's own `bootc container lint` on its root, by buildah in a chroot. Only for an image of this machine's
 * architecture, so nothing is emulated.
 */
export async function runNativeLint(image: string, tool: StepContext['tool']): Promise<NativeVerdict> {
  const scratch = await mkdtemp(join(tmpdir(), 'native-lint-'));
  const buildah = (...args: string[]) =>
    tool('buildah', [
      '--root',
      join(scratch, 'root'),
      '--runroot',
      join(scratch, 'run'),
      '--storage-driver',
      'vfs',
      ...args,
    ]);
  try {
    const { stdout } = await buildah('from', '--quiet', image);
    const container = stdout.trim();
    const output = await buildah(
      'run',
      '--isolation',
      'chroot',
      container,
      '--',
      'bootc',
      'container',
      'lint',
      '--no-truncate',
    ).catch((error: unknown) => {
      // It exits with an error when a lint failed; what it said is the verdict.
      if (error instanceof ToolError && error.exitCode !== undefined)
        return { stdout: '', stderr: error.stderr };
      throw error;
    });
    return parseNativeLint(`${output.stdout}\n${output.stderr}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Lines such as `Failed lint: kernel: …` and `Lint warning: var-log: …`, as bootc prints them. */
export function parseNativeLint(output: string): NativeVerdict {
  const names = (pattern: RegExp) =>
    [...new Set([...output.matchAll(pattern)].map((match) => match.groups?.id ?? ''))].sort();
  return {
    failed: names(/^Failed lint: (?<id>[a-z0-9-]+)/gm),
    warned: names(/^Lint warning: (?<id>[a-z0-9-]+)/gm),
  };
}

/** Where bootc and our own rules differ on one platform; a waiver of a lint does not count, for it changes no rule. */
export function compareLints(
  arch: string,
  outcomes: readonly Outcome[],
  native: NativeVerdict,
  known: readonly string[],
): Outcome {
  const found = new Set(
    outcomes
      .filter((outcome) => outcome.arch === arch && outcome.messages.length > 0 && outcome.result !== 'skip')
      .map(({ id }) => id),
  );
  const theirs = new Set([...native.failed, ...native.warned]);
  const messages = known.flatMap((id) => {
    if (found.has(id) === theirs.has(id)) return [];
    return [found.has(id) ? `${id}: found here, not by bootc` : `${id}: found by bootc, not here`];
  });
  return { id: AGREEMENT, severity: 'fail', result: messages.length === 0 ? 'pass' : 'fail', arch, messages };
}
