import { statfs } from 'node:fs/promises';
import { ExpectedError } from '#lib/errors';
import { ToolError } from '#lib/process';

/** Bytes that an image of any use needs; a tool that has failed may have freed some again. */
const LITTLE = 512 * 1024 * 1024;

/**
 * A failed tool's error, with a hint where one of the directories has little space left: buildah tells a full disk as a
 * closed pipe.
 */
export async function withSpace(error: unknown, directories: readonly string[]): Promise<unknown> {
  if (!(error instanceof ToolError)) return error;
  for (const directory of directories) {
    // One that cannot be looked at says nothing, and the error stays what it is.
    const { bavail, bsize } = await statfs(directory).catch(() => ({ bavail: Infinity, bsize: 1 }));
    const free = bavail * bsize;
    if (free >= LITTLE) continue;
    const megabytes = Math.floor(free / 1024 / 1024);
    const hint = `the disk may be full: ${directory} has ${megabytes} MiB of free space left`;
    return new ExpectedError(error.message, { hint, cause: error });
  }
  return error;
}
