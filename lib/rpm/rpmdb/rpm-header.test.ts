import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerOf } from '#test/images/rpm-header';
import { InvalidRpmHeaderError } from '../header/header-fields.ts';
import { readRpmHeader } from './rpm-header.ts';

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

/** The same with a number where the epoch is. */
function withEpoch(texts: Readonly<Record<number, string>>, epoch: number): Buffer {
  const header = headerOf({ ...texts, 1003: 'abc' });
  const entries = header.readUInt32BE(0);
  for (let at = 8; at < 8 + entries * 16; at += 16) {
    if (header.readUInt32BE(at) !== 1003) continue;
    header.writeUInt32BE(4, at + 4);
    header.writeUInt32BE(epoch, 8 + entries * 16 + header.readUInt32BE(at + 8));
  }
  return header;
}

const texts = { 1000: 'bash', 1001: '5.3.0', 1002: '1.fc43', 1022: 's390x' };

test('reads all that it is asked for', () => {
  const more = { ...texts, 1014: 'GPL-3.0-or-later', 1044: 'bash-5.3.0-1.fc43.src.rpm' };

  expect(readRpmHeader(withEpoch(more, 7))).toEqual({
    name: 'bash',
    epoch: 7,
    version: '5.3.0',
    release: '1.fc43',
    arch: 's390x',
    sourcerpm: 'bash-5.3.0-1.fc43.src.rpm',
    license: 'GPL-3.0-or-later',
    isKey: false,
  });
});

test('what may be left out is empty, none, or not there', () => {
  expect(readRpmHeader(headerOf(texts))).toEqual({
    name: 'bash',
    epoch: 0,
    version: '5.3.0',
    release: '1.fc43',
    arch: 's390x',
    sourcerpm: '',
    isKey: false,
  });
});

test('a key has neither architecture nor source', () => {
  const key = { 1000: 'gpg-pubkey', 1001: 'c6e7f081', 1002: '5b6eac67', 1044: '(none)' };

  expect(readRpmHeader(headerOf(key))).toMatchObject({ isKey: true, arch: '', sourcerpm: '' });
  expect(() => readRpmHeader(headerOf({ ...key, 1027: '/a' }))).toThrow('"gpg-pubkey" has no arch');
});

test('a header is cut off below eight bytes, and must be as long as it says', () => {
  expect(() => readRpmHeader(Buffer.alloc(7))).toThrow('an RPM header is cut off');
  expect(() => readRpmHeader(Buffer.alloc(8))).toThrow('an RPM header has no name');
  expect(() => readRpmHeader(Buffer.concat([headerOf(texts), Buffer.alloc(1)]))).toThrow(
    /says (\d+) bytes and has \d+/,
  );
});

test('a text of the limit is read', () => {
  expect(readRpmHeader(headerOf({ ...texts, 1000: 'a'.repeat(1024) })).name).toHaveLength(1024);
});

test.for([
  ['type', 4, 6],
  ['count', 12, 2],
  ['count', 12, 0],
  ['offset', 8, 0xffff_fff0],
] as const)('an epoch with another %s is none', ([, place, value]) => {
  const header = withEpoch(texts, 7);
  const at = [8, 24, 40, 56, 72].find((entry) => header.readUInt32BE(entry) === 1003) ?? 0;
  header.writeUInt32BE(value, at + place);

  expect(() => readRpmHeader(header)).toThrow(
    expect.objectContaining({
      name: 'InvalidRpmHeaderError',
      kind: 'invalid',
      message: 'an RPM header has an epoch that is no number',
    }),
  );
});

test('an epoch may lie at the end of the data, and not beyond it', () => {
  const header = withEpoch(texts, 7);
  const start = 8 + 5 * 16;
  const at = [8, 24, 40, 56, 72].find((entry) => header.readUInt32BE(entry) === 1003) ?? 0;
  header.writeUInt32BE(header.length - start - 4, at + 8);

  expect(readRpmHeader(header).epoch).toBe(header.readUInt32BE(header.length - 4));
  header.writeUInt32BE(header.length - start - 3, at + 8);
  expect(() => readRpmHeader(header)).toThrow('an epoch that is no number');
});
