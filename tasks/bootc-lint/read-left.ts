import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ExpectedError } from '#lib/errors';

/** What the step `lint` has left cannot be read as what it must be. */
export class UnreadableOutputError extends ExpectedError {
  override readonly name = 'UnreadableOutputError';
  override readonly kind = 'invalid';
}

export interface Limits {
  readonly bytes: number;
  readonly lines: number;
}

/**
 * A file that a program of strangers could have put there: read whole or not at all, never through a link, and never
 * waited for, as a pipe would be.
 *
 * @throws {UnreadableOutputError}
 */
export async function readLeft(path: string | undefined, what: string, limits: Limits): Promise<string> {
  if (path === undefined) throw new UnreadableOutputError(`no path is given for ${what}`);
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    throw new UnreadableOutputError(`cannot read ${what}: ${reasons[cause.code ?? ''] ?? cause.code}`);
  });
  try {
    if (!(await handle.stat()).isFile()) throw new UnreadableOutputError(`${what} is no regular file`);
    const buffer = Buffer.alloc(limits.bytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > limits.bytes) throw new UnreadableOutputError(`${what} has more than ${limits.bytes} bytes`);
    const text = buffer.toString('utf8', 0, length);
    if (text.split('\n').length > limits.lines + 1)
      throw new UnreadableOutputError(`${what} has more than ${limits.lines} lines`);
    return text;
  } finally {
    await handle.close();
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ELOOP: 'it is a link',
  ENXIO: 'it is no regular file',
  EACCES: 'whoever ran bootc has made it unreadable',
};
