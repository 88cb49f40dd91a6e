import { expect, test } from 'vitest';
import { collect } from './content.ts';
import { createDigester, digestOf, parseDigest } from './digest.ts';
import { DigestMismatchError } from './mismatch.ts';
import { verified, verifyBytes } from './verify.ts';

const bytes = Buffer.from('hello');
const digest = digestOf(bytes);

test('knows sha256 and sha512', () => {
  expect(digest).toBe('sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
  expect(parseDigest(digestOf(bytes, 'sha512'))).toMatch(/^sha512:9b71d224bd62f378/);
});

test.for(['', 'sha256', `sha256:${'A'.repeat(64)}`, `sha1:${'a'.repeat(40)}`])('refuses %j', (text) => {
  expect(() => parseDigest(text)).toThrow('not a digest');
});

test('counts while it digests', () => {
  const digester = createDigester();

  digester.update(bytes.subarray(0, 2));
  digester.update(bytes.subarray(2));

  expect([digester.size, digester.digest()]).toEqual([5, digest]);
});

test('passes on what is right', async () => {
  expect(await collect(verified(stream('he', 'llo'), { digest, size: 5 }, 'x'))).toEqual(bytes);
});

test.for([
  ['other bytes', ['hellO'], 'x has the digest sha256:'],
  ['too few', ['hell'], 'x has 4 bytes instead of 5'],
  ['too many', ['hello', '!'], 'x is longer than the 5 bytes'],
  ['none', [], 'x has 0 bytes instead of 5'],
] as const)('refuses %s', async ([, chunks, message]) => {
  const reading = collect(verified(stream(...chunks), { digest, size: 5 }, 'x'));

  await expect(reading).rejects.toThrow(DigestMismatchError);
  await expect(reading).rejects.toThrow(message);
});

test('refuses bytes in memory just so', () => {
  expect(() => verifyBytes(Buffer.from('hellO'), { digest, size: 5 }, 'x')).toThrow('instead of sha256:2cf2');
  expect(() => verifyBytes(bytes, { digest, size: 6 }, 'x')).toThrow('5 bytes instead of 6');
  verifyBytes(bytes, { digest, size: 5 }, 'x');
});

async function* stream(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
