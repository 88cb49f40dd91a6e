import { expect, test } from 'vitest';
import { InvalidManifestError } from '../model/errors.ts';
import { parseJsonObject } from './parse-json.ts';

test('reads an object, and leaves out what is null', () => {
  const text = '{"a":[{"b":null,"c":"\\"{\\\\"},{"c":1}],"d":null,"e":{"a":{}},"__proto__":{"x":1}}';

  const value = parseJsonObject(Buffer.from(text), 'it');

  expect(JSON.stringify(value)).toBe('{"a":[{"c":"\\"{\\\\"},{"c":1}],"e":{"a":{}},"__proto__":{"x":1}}');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test.for([
  ['{"a":1,"a":2}', '"a" is there twice'],
  ['{"a":1,"\\u0061":2}', '"a" is there twice'],
  ['{"x":[{"a":{},"b":"a","a":null}]}', '"a" is there twice'],
  [`{"a":${'['.repeat(32)}${']'.repeat(32)}}`, 'more than 32 levels deep'],
] as const)('refuses what readers take in two ways: %s', ([text, message]) => {
  const read = () => parseJsonObject(Buffer.from(text), 'it');

  expect(read).toThrow('it is not JSON that can be read in one way');
  expect(read).toThrow(
    expect.objectContaining({
      cause: expect.objectContaining({ message: expect.stringContaining(message) }),
    }),
  );
});

test.for([
  ['{', 'it is not JSON'],
  ['\ufeff{}', 'it is not JSON'],
  ['{} {}', 'it is not JSON'],
  ['', 'it is not JSON'],
  ['null', 'it is no JSON object'],
  ['[]', 'it is no JSON object'],
  ['"a"', 'it is no JSON object'],
] as const)('refuses %j', ([text, message]) => {
  expect(() => parseJsonObject(Buffer.from(text), 'it')).toThrow(message);
});

test('refuses bytes that are no UTF-8', () => {
  expect(() => parseJsonObject(Buffer.from('{"a":"\xff"}', 'latin1'), 'it')).toThrow(InvalidManifestError);
});

test('four megabytes of brackets or of one text take no time', () => {
  const started = performance.now();
  const size = 4 * 1024 * 1024;

  expect(() => parseJsonObject(Buffer.from('['.repeat(size)), 'it')).toThrow('it is not JSON');
  expect(() => parseJsonObject(Buffer.from('['.repeat(size / 2) + ']'.repeat(size / 2)), 'it')).toThrow(
    'it is not JSON',
  );
  expect(parseJsonObject(Buffer.from(`{"a":"${'\\"'.repeat(size / 2)}"}`), 'it').a).toHaveLength(size / 2);

  expect(performance.now() - started).toBeLessThan(20_000);
});
