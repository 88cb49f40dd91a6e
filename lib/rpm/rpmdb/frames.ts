import { InvalidRpmdbError } from '../errors.ts';
import { limits } from '../limits.ts';
import { END, FAILED } from './serve-blobs.ts';

/** How the blobs of a database ended. */
export type Ended =
  | { readonly kind: 'whole' }
  | { readonly kind: 'failed'; readonly why: string }
  /** The process ended before. */
  | { readonly kind: 'cut off' };

/**
 * The blobs that the process writes for one request, as they come.
 *
 * @throws {InvalidRpmdbError} when they have more bytes than `most`, or there are more than `limits` say
 */
export async function* readFrames(
  output: AsyncIterator<Buffer, unknown, undefined>,
  most: number,
): AsyncGenerator<Buffer, Ended, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  const parts: Buffer[] = [];
  let size = 0;
  let total = 0;
  let count = 0;
  let hasFailed = false;
  for (let next = await output.next(); next.done !== true; next = await output.next()) {
    parts.push(next.value);
    size += next.value.length;
    // A blob of many chunks is put together once.
    if (size < 4 || (rest.length >= 4 && size < 4 + rest.readInt32BE(0))) continue;
    rest = Buffer.concat(parts);
    while (rest.length >= 4) {
      const length = rest.readInt32BE(0);
      if (length === FAILED) {
        hasFailed = true;
        rest = rest.subarray(4);
        continue;
      }
      if (length === END) return { kind: 'whole' };
      if (length < 0) throw new InvalidRpmdbError(`the process that read it wrote a length of ${length}`);
      if (rest.length < 4 + length) break;
      const blob = rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
      if (hasFailed) return { kind: 'failed', why: blob.toString('utf8') };
      total += length;
      count += 1;
      if (total > most) throw new InvalidRpmdbError('its headers have more bytes than the file');
      if (count > limits.packages)
        throw new InvalidRpmdbError(`it has more than ${limits.packages} packages`);
      yield blob;
    }
    parts.splice(0, parts.length, rest);
    size = rest.length;
  }
  return { kind: 'cut off' };
}
