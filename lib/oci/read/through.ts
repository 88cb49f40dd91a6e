import type { Readable, Transform } from 'node:stream';

/**
 * What a transform makes of an input that may break. The input is left to whoever made it: what the transform has not
 * taken can still be read.
 */
export async function* through(input: Readable, transform: Transform): AsyncGenerator<Uint8Array> {
  input.on('error', (error) => transform.destroy(error));
  // An error of the input would end the process where nobody reads any more; a reader is told by the reading.
  transform.on('error', () => undefined);
  try {
    for await (const chunk of input.pipe(transform)) yield chunk as Uint8Array;
  } finally {
    input.unpipe(transform);
    transform.destroy();
  }
}
