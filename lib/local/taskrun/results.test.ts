import { expect, test } from 'vitest';
import { MESSAGE_LIMIT, messageSize } from '#lib/tekton/objects';
import { readFeatureFlags } from '../model/feature-flags.ts';
import { fitsMessage, oversized, resultProblem, toResult } from './results.ts';

// filterResults, pkg/pod/status.go
test.for([
  [{ name: 'r' }, 'text\n', 'text\n'],
  [{ name: 'r', type: 'string' }, '["a"]', '["a"]'],
  [{ name: 'r', type: 'array' }, '["a","b"]', ['a', 'b']],
  [{ name: 'r', type: 'array' }, '[1,2]', '[1,2]'],
  [{ name: 'r', type: 'array' }, 'no json', 'no json'],
  [{ name: 'r', type: 'object' }, '{"k":"v"}', { k: 'v' }],
  [{ name: 'r', type: 'object' }, '{"k":{}}', '{"k":{}}'],
  // ParamValue.UnmarshalJSON: to Go, null is an empty text, and only a bracket begins a list.
  [{ name: 'r', type: 'array' }, '["a",null]', ['a', '']],
  [{ name: 'r', type: 'array' }, '[1, 2]', '[1, 2]'],
  [{ name: 'r', type: 'array' }, ' ["a"]', ' ["a"]'],
  [{ name: 'r', type: 'array' }, '"quoted"', 'quoted'],
  [{ name: 'r', type: 'array' }, 'null', ''],
  [{ name: 'r', type: 'array' }, '5', '5'],
] as const)('%j with %j is %j', ([declared, text, value]) => {
  expect(toResult(declared, text).value).toEqual(value);
});

test('a result of another type than declared is a problem, in the words of Tekton', () => {
  const declared = [{ name: 'list', type: 'array' }];

  expect(resultProblem(declared, [toResult({ name: 'list', type: 'array' }, 'text')])).toBe(
    `Provided results don't match declared results; may be invalid JSON or missing result declaration:  "list": task result is expected to be "array" type but was initialized to a different type "string"`,
  );
  expect(resultProblem(declared, [toResult({ name: 'list', type: 'array' }, '[]')])).toBeUndefined();
});

test('an object without a declared key is a problem', () => {
  const declared = [{ name: 'o', type: 'object', properties: { a: {}, b: {} } }];

  expect(resultProblem(declared, [{ name: 'o', type: 'object', value: { a: '1' } }])).toContain('map[o:[b]]');
});

// Go's encoding/json escapes <, > and & into six bytes each.
test('the size of a message is that of the JSON that Go would write', () => {
  const plain = [{ key: 'r', value: 'xxx', type: 1 as const }];
  const escaped = [{ key: 'r', value: '<&>', type: 1 as const }];

  expect(messageSize(plain)).toBe('[{"key":"r","value":"xxx","type":1}]'.length);
  expect(messageSize(escaped) - messageSize(plain)).toBe(15);
  expect(messageSize([{ key: 'r', value: 'x'.repeat(MESSAGE_LIMIT - 33), type: 1 }])).toBe(MESSAGE_LIMIT);
});

test('more fits into a compressed message, where it can be compressed', () => {
  const entries = [{ key: 'r', value: 'x'.repeat(20_000), type: 1 as const }];

  expect(fitsMessage(entries, readFeatureFlags())).toBe(false);
  expect(fitsMessage(entries, readFeatureFlags({ 'enable-termination-message-compression': 'true' }))).toBe(
    true,
  );
});

test('of results in a log each has its limit', () => {
  const flags = readFeatureFlags({ 'results-from': 'sidecar-logs', 'max-result-size': '100' });
  const entry = (length: number) => ({ key: 'r', value: 'x'.repeat(length), type: 1 as const });

  expect(oversized([entry(50), entry(50), entry(50)], flags)).toBeUndefined();
  expect(oversized([entry(100)], flags)).toBe('137 bytes results size exceeds configured limit of 100 bytes');
});
