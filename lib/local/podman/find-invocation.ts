import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId, findProgram } from '#lib/process';
import { cacheDirectory, readCached, writeCached } from '../files/cache-file.ts';
import { BackendError } from '../model/errors.ts';
import type { Invocation } from './invocation.ts';

/** What was found out, and of which podman. */
interface Known {
  readonly of: string;
  readonly invocation: Invocation;
}

/** The format of the cache file; a higher one discards what older versions kept. */
const VERSION = '7';

/**
 * The options with which podman can start a container here. Found by trying, and kept until podman or the
 * machine's boot changes.
 *
 * @throws {BackendError} when there is no podman, or it cannot start any container
 */
export async function findInvocation(signal?: AbortSignal): Promise<Invocation> {
  // Root and others may share a home.
  const file = join(cacheDirectory(), `podman-${process.getuid?.()}.json`);
  const [of, kept] = await Promise.all([podmanFacts(), readCached(file)]);
  const known = kept as Partial<Known> | null | undefined;
  if (known?.of === of && known.invocation) return known.invocation;
  // Loaded when needed: what is known must cost no time.
  const { tryInvocations } = await import('./try-invocations.ts');
  const invocation = await tryInvocations(signal);
  writeCached(file, { of, invocation } satisfies Known);
  return invocation;
}

/** Which podman it is and how it is set up, without the time that it takes to ask it. */
async function podmanFacts(): Promise<string> {
  const [program, boot] = await Promise.all([findPodman(), bootId()]);
  return JSON.stringify([VERSION, program, boot, process.env.CONTAINERS_CONF]);
}

async function findPodman(): Promise<string> {
  const path = await findProgram('podman');
  if (path === undefined) {
    throw new BackendError('podman is not installed', { hint: 'install podman 4.3 or later' });
  }
  const { size, mtimeMs } = await stat(path);
  return `${path} ${size} ${mtimeMs}`;
}
