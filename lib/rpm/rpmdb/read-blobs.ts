import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { printable } from '#lib/text';
import { InvalidRpmdbError } from '../errors.ts';
import { limits } from '../limits.ts';
import { type SelectRequest, selectBlobs } from './select-blobs.ts';

export interface ReadBlobsOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** Bytes of all blobs together; what is really in a file has no more than the file. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

/** The blobs of Packages as they come, read by a process that a signal or the end of the time ends. */
export async function* readBlobs(
  request: Omit<SelectRequest, 'most'>,
  { timeout, most, signal }: ReadBlobsOptions,
  program: () => void = selectBlobs,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  const source = `(${program.toString()})()`;
  const argument = JSON.stringify({ ...request, most: limits.header } satisfies SelectRequest);
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--max-old-space-size=64', '-e', source, argument],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of ours goes there: no credentials, and no options of node.
      env: {},
    },
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const end = () => child.kill('SIGKILL');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeout);
  signal?.addEventListener('abort', end, { once: true });
  process.once('exit', end);
  try {
    const said = textOf(child.stderr);
    const isWhole = yield* split(child.stdout, most);
    if (isWhole) return;
    const [[code], message] = await Promise.all([exited, said]);
    signal?.throwIfAborted();
    if (isLate) throw new InvalidRpmdbError(`it takes more than ${timeout / 1000} s to read`);
    throw new InvalidRpmdbError(
      code === 1 && message !== '' ? message : 'the process that read it was ended',
    );
  } finally {
    end();
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}

/** Whether the end was there. */
async function* split(
  stream: AsyncIterable<Buffer>,
  most: number,
): AsyncGenerator<Buffer, boolean, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  const parts: Buffer[] = [];
  let size = 0;
  let total = 0;
  let count = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    size += chunk.length;
    // A blob of many chunks is put together once.
    if (size < 4 || (rest.length >= 4 && size < 4 + rest.readInt32BE(0))) continue;
    rest = Buffer.concat(parts);
    while (rest.length >= 4) {
      const length = rest.readInt32BE(0);
      if (length < 0) return true;
      if (rest.length < 4 + length) break;
      total += length;
      count += 1;
      if (total > most) throw new InvalidRpmdbError('its headers have more bytes than the file');
      if (count > limits.packages)
        throw new InvalidRpmdbError(`it has more than ${limits.packages} packages`);
      yield rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
    }
    parts.splice(0, parts.length, rest);
    size = rest.length;
  }
  return false;
}

const MOST_SAID = 2000;

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text = (text + chunk.toString('utf8')).slice(0, MOST_SAID);
  return printable(text.trim());
}
