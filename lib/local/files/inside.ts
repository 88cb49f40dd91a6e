import { constants } from 'node:fs';
import { chmod, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { BackendError } from '../model/errors.ts';

/**
 * Reads a file that a container wrote, without following a link out of `root`; undefined where there is none.
 * What a step leaves behind is not trusted: a link to /etc/shadow must not become a result.
 */
export async function readInside(root: string, path: string, limit: number): Promise<Buffer | undefined> {
  const file = join(root, path);
  const directory = await realpath(dirname(file)).catch(() => undefined);
  if (directory === undefined || !isInside(await realpath(root), directory)) return undefined;
  const handle = await open(
    join(directory, file.slice(dirname(file).length + 1)),
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch(() => undefined);
  if (!handle) return undefined;
  try {
    if (!(await handle.stat()).isFile()) return undefined;
    const buffer = Buffer.alloc(limit + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/**
 * A directory below `root`, made where it is missing, with the mode of `root` (SafeMakeDir, kubernetes/kubernetes
 * pkg/volume/util/subpath); a file that is there already will do as well.
 *
 * @throws {BackendError} when `path` leads out of it, by `..` or by a link that a step made
 */
export async function directoryInside(root: string, path: string): Promise<string> {
  const real = await realpath(root);
  const wanted = join(real, path);
  if (!isInside(real, wanted)) throw leavesVolume(path);
  // The part that exists may hold links; what is missing below it cannot.
  let existing = wanted;
  let found = await realpath(existing).catch(() => undefined);
  while (found === undefined) {
    existing = dirname(existing);
    found = await realpath(existing).catch(() => undefined);
  }
  if (!isInside(real, found)) throw leavesVolume(path);
  if (existing === wanted) return found;
  const { mode } = await stat(real);
  let target = found;
  for (const part of relative(existing, wanted).split('/')) {
    target = join(target, part);
    await mkdir(target, { recursive: true });
    await chmod(target, mode & 0o7777);
  }
  return target;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function leavesVolume(path: string): BackendError {
  return new BackendError(`subPath "${path}" leads out of its volume`, {
    reason: 'CreateContainerConfigError',
  });
}
