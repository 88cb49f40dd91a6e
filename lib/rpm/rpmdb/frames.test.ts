import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { type Ended, readFrames } from './frames.ts';
import { END, FAILED } from './serve-blobs.ts';

const MOST = 1000;

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const frame = (text: string) => Buffer.concat([int32(text.length), Buffer.from(text)]);

/** The blobs of chunks, and how they ended. */
async function read(
  chunks: readonly Buffer[],
  most = MOST,
): Promise<{ readonly blobs: readonly string[]; readonly ended: Ended }> {
  async function* output(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const frames = readFrames(output(), most);
  const blobs: string[] = [];
  let next = await frames.next();
  for (; next.done !== true; next = await frames.next()) blobs.push(next.value.toString('utf8'));
  return { blobs, ended: next.value };
}

const whole = Buffer.concat([frame('bash'), frame(''), frame('a longer header'), int32(END)]);

test.for([1, 2, 3, 4, 5, 7, 11, whole.length])('reads blobs that come %i bytes at a time', async (size) => {
  const count = Math.ceil(whole.length / size);
  const chunks = Array.from({ length: count }, (_, index) =>
    whole.subarray(index * size, (index + 1) * size),
  );

  expect(await read(chunks)).toEqual({ blobs: ['bash', '', 'a longer header'], ended: { kind: 'whole' } });
});

test('a failure is told after the blobs before it', async () => {
  const output = Buffer.concat([frame('bash'), int32(FAILED), frame('disk image is malformed')]);

  expect(await read([output])).toEqual({
    blobs: ['bash'],
    ended: { kind: 'failed', why: 'disk image is malformed' },
  });
  expect(await read([output.subarray(0, 12), output.subarray(12)])).toEqual(await read([output]));
});

test.for([0, 2, 8, 10, whole.length - 4])('output that ends after %i bytes is cut off', async (length) => {
  const { ended } = await read([whole.subarray(0, length)]);

  expect(ended).toEqual({ kind: 'cut off' });
});

test('takes as many bytes as the file has, and none more', async () => {
  const output = [Buffer.concat([frame('abc'), frame('de'), int32(END)])];

  expect(await read(output, 5)).toMatchObject({ blobs: ['abc', 'de'] });
  await expect(read(output, 4)).rejects.toThrow('its headers have more bytes than the file');
});

test('takes as many packages as the limit, and none more', async () => {
  const most = [Buffer.alloc(4 * limits.packages), int32(END)];
  const { blobs, ended } = await read(most);

  expect([blobs.length, ended]).toEqual([limits.packages, { kind: 'whole' }]);
  await expect(read([int32(0), ...most])).rejects.toThrow(`it has more than ${limits.packages} packages`);
});

test('a length that is none is refused, and nothing is taken for a blob', async () => {
  await expect(read([frame('abc'), int32(-3), int32(END)])).rejects.toThrow('wrote a length of -3');
});
