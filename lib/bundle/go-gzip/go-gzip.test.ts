import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { goGzip } from './go-gzip.ts';

const json = Array.from(
  { length: 3000 },
  (_, index) => `{"name":"p${(index * 7919) % 911}","type":"string"},`,
).join('');
const noise = Buffer.concat(
  Array.from({ length: 5000 }, (_, index) => createHash('sha256').update(String(index)).digest()),
);

// The digests of what compress/gzip of Go 1.26.8 writes with BestSpeed.
test.for<[name: string, bytes: Uint8Array, digest: string]>([
  ['nothing', Buffer.alloc(0), '81da0491c5af5635'],
  ['16 bytes, which are stored', Buffer.alloc(16, 'a'), '6cb1b14c709fdd21'],
  ['127 bytes, which are not searched', Buffer.alloc(127, 'ab'), '43785aa721a981bd'],
  ['zeroes, which are one long match', Buffer.alloc(5000), '035b9af581ced070'],
  ['several blocks of text', Buffer.from(json), 'cbff1dd5bfa9793b'],
  ['several blocks that nothing makes smaller', noise, '54a0f1beb04c9f0d'],
])('writes what Go writes: %s', ([, bytes, digest]) => {
  const written = goGzip(bytes);

  expect(createHash('sha256').update(written).digest('hex').slice(0, 16)).toBe(digest);
});

test('whatever it writes is read by zlib', () => {
  const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(200))), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(pieces, (parts) => {
      const bytes = Buffer.concat(parts);

      expect(gunzipSync(goGzip(bytes))).toEqual(bytes);
    }),
  );
});
