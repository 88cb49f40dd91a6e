import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './durations.ts';

// time.ParseDuration and Duration.String of Go, https://pkg.go.dev/time.
test.for([
  ['1h30m', 5_400_000, '1h30m0s'],
  ['.5s', 500, '500ms'],
  ['+1m', 60_000, '1m0s'],
  ['1.5ms', 1.5, '1.5ms'],
  ['500us', 0.5, '500µs'],
  ['500µs', 0.5, '500µs'],
  ['500μs', 0.5, '500µs'],
  ['250ns', 0.000_25, '250ns'],
  ['-1m', -60_000, '-1m0s'],
  ['-0', 0, '0s'],
  ['1us', 0.001, '1µs'],
  ['1ms', 1, '1ms'],
  ['1s', 1_000, '1s'],
] as const)('%s is %d ms and prints as %s', ([text, milliseconds, printed]) => {
  expect(parseDuration(text)).toBeCloseTo(milliseconds, 9);
  expect(formatDuration(milliseconds)).toBe(printed);
});

test.for(['', '5', '1d', '1h 30m', '-', '1m1', 's', '00', '10', '0x', 'x0', '1.2.3s'])(
  '%j is none',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);
