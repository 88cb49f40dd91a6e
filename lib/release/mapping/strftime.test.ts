import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { strftime } from '../index.ts';

const FORMAT =
  '%Y %C %y %m %B %b %h %d %e %j %A %a %u %w %U %W %V %G %g %H %k %I %l %M %S %s %p %P %Z %z %F %D %x %T %X %R %r %% %-d %_m %0e %^a %^B %-H%M';

/** Days on which weeks, years and leap days turn, and times of day that are written in two ways. */
const times = [
  '2024-02-29T23:59:59Z',
  '2024-12-30T00:00:00Z',
  '2025-12-31T12:00:01Z',
  '2026-01-01T00:30:00Z',
  '2027-01-03T13:05:09Z',
  '2000-03-01T01:01:01Z',
  '1999-12-31T11:59:00Z',
];

test.for(times)('%s is written as date writes it', async (time) => {
  const { stdout } = await run('date', ['-u', '-d', time, `+${FORMAT}`], { env: { LC_ALL: 'C' } });

  expect(strftime(FORMAT, new Date(time))).toBe(stdout.trimEnd());
});

test.for(['%Q', '%', 'x%', '%é', '%-'])('%j is no format', (format) => {
  expect(() => strftime(format, new Date(0))).toThrow('which is unknown');
});
