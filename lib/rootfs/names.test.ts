import { isUtf8 } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanPath, decodeName, nameLength, own, withinRoot } from './names.ts';
import { PathSet } from './path-set.ts';

const bytes = fc
  .array(fc.constantFrom(0x61, 0x2f, 0xc3, 0xbc, 0xff, 0xed, 0xa0, 0x80), { maxLength: 12 })
  .map((list) => Buffer.from(list));

test('two names of bytes are never one text, and a text is well formed where the bytes are UTF-8', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(decodeName(a) === decodeName(b)).toBe(a.equals(b));
      expect(decodeName(a).isWellFormed()).toBe(isUtf8(a));
      expect(nameLength(decodeName(a))).toBe(a.length);
      expect(own(decodeName(a))).toBe(decodeName(a));
    }),
    { numRuns: 2000 },
  );
});

test.for<[path: string, cleaned: string, within: string]>([
  ['a/b', 'a/b', 'a/b'],
  ['./a//b/', 'a/b', 'a/b'],
  ['/a', '/a', 'a'],
  ['a/../b', 'b', 'b'],
  ['../../a', '../../a', 'a'],
  ['/../a', '/a', 'a'],
  ['a/../..', '..', ''],
  ['', '', ''],
  ['.', '', ''],
  ['/', '/', ''],
  ['..a/...', '..a/...', '..a/...'],
])('%j is cleaned as Go does it', ([path, cleaned, within]) => {
  expect(cleanPath(path)).toBe(cleaned);
  expect(withinRoot(cleaned)).toBe(within);
});

test('a set of paths knows each once', () => {
  const paths = fc.array(fc.string({ maxLength: 6 }), { maxLength: 3000 });

  fc.assert(
    fc.property(paths, (list) => {
      const seen = new Set<string>();
      const set = new PathSet();
      for (const path of list) {
        expect(set.add(path)).toBe(!seen.has(path));
        seen.add(path);
      }
    }),
    { numRuns: 30 },
  );
  const set = new PathSet();
  const count = 200_000;
  const isNew = (round: string) =>
    Array.from({ length: count }, (_, index) => set.add(`usr/${index}/${round}`)).filter(Boolean).length;
  expect([isNew('a'), isNew('b'), isNew('a')]).toEqual([count, count, 0]);
});
