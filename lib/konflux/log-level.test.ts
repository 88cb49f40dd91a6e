import { expect, test } from 'vitest';
import { atLevel, LogLevel } from './log-level.ts';

test.for([
  ['trace', ['info', 'warn', 'error']],
  ['debug', ['info', 'warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['INFO', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['warning', ['warn', 'error']],
  ['error', ['error']],
  ['panic', ['error']],
] as const)('level %s tells %j', ([level, expected]) => {
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const log = atLevel({ info: tell, warn: tell, error: tell }, LogLevel.parse(level));

  for (const name of ['info', 'warn', 'error'] as const) log[name](name);

  expect(told).toEqual(expected);
});

test('info is the default, and what is no level is refused', () => {
  expect(LogLevel.parse(undefined)).toBe('info');
  for (const wrong of ['', 'loud', 'info\n']) {
    expect(() => LogLevel.parse(wrong)).toThrow(
      'expected one of trace, debug, info, warn, warning, error, fatal, panic',
    );
  }
});
