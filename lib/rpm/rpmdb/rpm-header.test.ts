import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerOf } from '#test/images/rpm-header';
import { InvalidRpmHeaderError, readRpmHeader } from './rpm-header.ts';

test.for([[new Uint8Array(3)], [Buffer.from('00000001ffffffff', 'hex')], [new Uint8Array(8)]] as const)(
  'refuses a header that is cut off',
  ([blob]) => {
    expect(() => readRpmHeader(blob)).toThrow('an RPM header');
  },
);

test('a damaged header is refused or read, never worse', () => {
  const header = headerOf({ 1000: 'bash', 1001: '5.3.0', 1002: '1.fc43', 1022: 's390x' });
  const damage = fc.array(fc.tuple(fc.nat(header.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(damage, fc.nat(header.length), (bytes, length) => {
      const blob = Buffer.from(header.subarray(0, length));
      for (const [at, byte] of bytes) if (at < length) blob[at] = byte;
      try {
        expect(readRpmHeader(blob).name).not.toBe('');
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRpmHeaderError);
      }
    }),
    { numRuns: 500 },
  );
});

test.for([
  [{ 1000: 'gpg-pubkey', 1001: '1', 1002: '1', 1022: 'noarch' }],
  // 1117 is BASENAMES: a key has no files.
  [{ 1000: 'gpg-pubkey', 1001: '1', 1002: '1', 1022: 'noarch', 1117: 'sh' }],
] as const)('a package that is called as keys are is a package', ([texts]) => {
  expect(readRpmHeader(headerOf(texts)).isKey).toBe(false);
});

test.for([
  ['has no name', { 1001: '1', 1002: '1', 1022: 'noarch' }],
  ['"a" has no version', { 1000: 'a', 1002: '1', 1022: 'noarch' }],
  ['"a" has no release', { 1000: 'a', 1001: '1', 1022: 'noarch' }],
  ['"a" has no arch', { 1000: 'a', 1001: '1', 1002: '1' }],
  ['"gpg-pubkey" has no arch', { 1000: 'gpg-pubkey', 1001: '1', 1002: '1', 1117: 'sh' }],
  ['has the name "a b"', { 1000: 'a b', 1001: '1', 1002: '1', 1022: 'noarch' }],
  ['has the name "\\u001b]0;x\\u0007"', { 1000: '\u001b]0;x\u0007', 1001: '1', 1002: '1', 1022: 'noarch' }],
  ['"a" has the version "1\\n"', { 1000: 'a', 1001: '1\n', 1002: '1', 1022: 'noarch' }],
  ['name without an end, or of more than 1024 bytes', { 1000: 'a'.repeat(1025), 1001: '1', 1002: '1' }],
] as const)('refuses a header that says too little or too much: %s', ([message, texts]) => {
  expect(() => readRpmHeader(headerOf(texts))).toThrow(message);
});

test.for([
  ['a name that is no text', { tag: 1000, type: 4 }],
  ['a name that is no text', { tag: 1000, type: 9 }],
  ['a name that is no text', { tag: 1000, type: 8 }],
  ['a name that is no text', { tag: 1000, count: 2 }],
  ['a name that is no text', { tag: 1000, offset: 0xffff_ffff }],
  ['a name that is no text', { tag: 1000, offset: 1000 }],
  ['a version that is no text', { tag: 1001, type: 7 }],
  ['an epoch that is no number', { tag: 1003, type: 6 }],
  ['a field 5000 that is none', { tag: 1003, newTag: 5000, type: 10 }],
  ['a field 5000 that is none', { tag: 1003, newTag: 5000, offset: 1000 }],
  ['a field 5000 that is none', { tag: 1003, newTag: 5000, count: 0 }],
  ['field 1000 twice', { tag: 1022, newTag: 1000 }],
] as const)('refuses a header with %s', ([message, { tag, ...change }]) => {
  const header = headerOf({ 1000: 'a', 1001: '1', 1002: '1', 1003: '1', 1022: 'noarch' });
  const at = [8, 24, 40, 56, 72].find((entry) => header.readUInt32BE(entry) === tag) ?? 0;
  header.writeUInt32BE(4, 56 + 4);
  for (const [field, place] of [
    ['newTag', 0],
    ['type', 4],
    ['offset', 8],
    ['count', 12],
  ] as const) {
    const value = (change as Record<string, number>)[field];
    if (value !== undefined) header.writeUInt32BE(value, at + place);
  }

  expect(() => readRpmHeader(header)).toThrow(message);
});

test('fields that are not asked for cost nothing, however many share a long text', async () => {
  const texts = { 1000: 'a', 1001: '1', 1002: '1', 1022: 'noarch', 9999: 'x'.repeat(1_000_000) };
  const plain = headerOf(texts);
  const fields = 65_000;
  const header = Buffer.alloc(plain.length + fields * 16);
  plain.copy(header, 0, 0, 8 + 5 * 16);
  header.writeUInt32BE(5 + fields, 0);
  for (let at = 8 + 5 * 16; at < 8 + (5 + fields) * 16; at += 16)
    plain.copy(header, at, 8 + 4 * 16, 8 + 5 * 16);
  plain.copy(header, 8 + (5 + fields) * 16, 8 + 5 * 16);
  const before = process.memoryUsage.rss();

  expect(readRpmHeader(header)).toMatchObject({ name: 'a', version: '1' });
  header.writeUInt32BE(300_000, 0);
  expect(() => readRpmHeader(header)).toThrow('has 300000 fields, more than 65535');

  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
});
