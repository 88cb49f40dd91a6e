import { expect, test } from 'vitest';
import { goJson, goStructJson } from './go-json.ts';
import { MESSAGE_LIMIT, messageSize, STARTED_AT } from './termination.ts';

// encoding/json: https://pkg.go.dev/encoding/json#Marshal.
test('a map is written in the order of its keys, numbers as text like any other', () => {
  expect(goJson({ b: 1, a: [undefined, null, 'x'], 10: true, 9: undefined })).toBe(
    '{"10":true,"a":[null,null,"x"],"b":1}',
  );
});

test('a struct keeps the order of its fields', () => {
  expect(goStructJson({ b: 1, a: 2 })).toBe('{"b":1,"a":2}');
});

test.for([
  ['<', '"\\u003c"'],
  ['>', '"\\u003e"'],
  ['&', '"\\u0026"'],
  ['\u2028', '"\\u2028"'],
  ['\u2029', '"\\u2029"'],
  ["'", `"'"`],
  ['ä', '"ä"'],
] as const)('%j is written as %s', ([text, written]) => {
  expect(goJson(text)).toBe(written);
  expect(goStructJson(text)).toBe(written);
});

test('a message of the limit has its bytes, escaped ones counted as six', () => {
  expect(messageSize([])).toBe(2);
  expect(messageSize([STARTED_AT])).toBe(
    '[{"key":"StartedAt","value":"2006-01-02T15:04:05.000Z","type":3}]'.length,
  );
  expect(messageSize([{ key: 'r', value: '<'.repeat(677), type: 1 }])).toBe(MESSAGE_LIMIT - 1);
});
