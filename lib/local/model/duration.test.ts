import { expect, test } from 'vitest';
import { formatDuration } from '#lib/tekton/objects';
import { parseDuration } from './duration.ts';

test.for([
  ['0', 0, '0s'],
  ['0s', 0, '0s'],
  ['300ms', 300, '300ms'],
  ['1.5s', 1_500, '1.5s'],
  ['90s', 90_000, '1m30s'],
  ['60m', 3_600_000, '1h0m0s'],
  ['1h30m10s', 5_410_000, '1h30m10s'],
] as const)('%s is %d ms and prints as %s', ([text, milliseconds, printed]) => {
  expect(parseDuration(text, 'spec.timeout')).toBe(milliseconds);
  expect(formatDuration(milliseconds)).toBe(printed);
});

test.for(['', '5', '1d', '1h 30m', '-', '1m1'])('refuses %j', (text) => {
  expect(() => parseDuration(text, 'spec.timeout')).toThrow('spec.timeout: invalid duration');
});

test('refuses a negative duration in the words of Tekton', () => {
  expect(() => parseDuration('-1m', 'spec.timeout')).toThrow('invalid value: -1m0s should be >= 0');
});
