import { expect, test } from 'vitest';
import { isDay, isOver } from './day.ts';

test.for(['2026-02-28', '2028-02-29'])('%s is a day', (text) => {
  expect(isDay(text)).toBe(true);
});

test.for(['2026-02-29', '2026-13-01', '2026-1-1', '2026-01-01T00:00:00Z', '', 'today'])(
  '%j is none',
  (text) => {
    expect(isDay(text)).toBe(false);
  },
);

test('a day is over when the next one begins in UTC', () => {
  expect(isOver('2026-11-27', new Date('2026-11-27T23:59:59Z'))).toBe(false);
  expect(isOver('2026-11-27', new Date('2026-11-28T00:00:00Z'))).toBe(true);
});
