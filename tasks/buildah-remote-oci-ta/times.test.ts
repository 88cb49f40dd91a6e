import { expect, test } from 'vitest';
import { timesOf } from './times.ts';

test('each of the times may be left out, and the last second is one', () => {
  expect(timesOf({ SOURCE_DATE_EPOCH: '', BUILD_TIMESTAMP: '' })).toEqual({
    epoch: undefined,
    timestamp: undefined,
  });
  expect(timesOf({ SOURCE_DATE_EPOCH: '0', BUILD_TIMESTAMP: '' }).epoch?.toISOString()).toBe(
    '1970-01-01T00:00:00.000Z',
  );
  expect(timesOf({ SOURCE_DATE_EPOCH: '', BUILD_TIMESTAMP: '253402300799' }).timestamp?.toISOString()).toBe(
    '9999-12-31T23:59:59.000Z',
  );
});

test.for([
  ['1', '1', 'SOURCE_DATE_EPOCH and BUILD_TIMESTAMP are both given'],
  ['253402300800', '', 'SOURCE_DATE_EPOCH is after the year 9999'],
  ['', '9'.repeat(100_000), 'BUILD_TIMESTAMP is after the year 9999'],
] as const)('%s and %s are refused', ([SOURCE_DATE_EPOCH, BUILD_TIMESTAMP, message]) => {
  expect(() => timesOf({ SOURCE_DATE_EPOCH, BUILD_TIMESTAMP })).toThrow(message);
});
