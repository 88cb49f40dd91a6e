import { expect, test } from 'vitest';
import { judgeLint } from './judge-lint.ts';
import { parseLint } from './parse-lint.ts';

test('the counts are read, those that are not there as none', () => {
  expect(parseLint('Checks passed: 6\nChecks skipped: 2\nWarnings: 1\n', '')).toEqual({
    findings: [],
    passed: 6,
    skipped: 2,
    warnings: 1,
    failed: undefined,
    error: undefined,
    unknown: undefined,
  });
  expect(parseLint('', '')).toMatchObject({ passed: undefined, skipped: 0, warnings: 0 });
});

test.for([
  'x Failed lint: var-run: no',
  'Failed lint: Var-Run: no',
  'Checks passed: 2 x',
  'x Checks passed: 2',
  'Checks passed: 1234567',
  'error: Linting: Checks failed: 1',
])('%j is nothing that bootc writes on its standard output', (line) => {
  expect(parseLint(`${line}\nmore\n`, '').unknown).toBe(line);
});

test.for([
  ['Checks passed: 2', 'Checks passed: 2'],
  ['Checks passed: 2', 'Failed lint: a: b'],
  ['Checks passed: 2', '  more'],
  ['Warnings: 1', 'Warnings: 1'],
] as const)('after %j comes no %j', ([first, next]) => {
  expect(parseLint(`${first}\n \n${next}\n`, '').unknown).toBe(next);
});

test.for([
  'Checks passed: 2',
  'error: Linting: nothing',
  ' ERROR Linting: nothing',
  '\x1b[31mERROR\x1b[0m Linting: nothing',
])('on standard error %j ends what a finding says', (line) => {
  const { findings } = parseLint('', `Failed lint: a: b\n  of it\n \n${line}\n  not of it\n`);

  expect(findings).toEqual([
    {
      kind: 'failed',
      lint: 'a',
      lines: line.startsWith('Checks') ? ['b', '  of it', line, '  not of it'] : ['b', '  of it'],
    },
  ]);
});

test('a count ends what a finding says', () => {
  const { findings, unknown } = parseLint('Lint warning: a:\r\n  of it\r\nWarnings: 1\r\n', '');

  expect(findings).toEqual([{ kind: 'warning', lint: 'a', lines: ['', '  of it'] }]);
  expect(unknown).toBeUndefined();
});

test.for([
  ['error: Linting: Checks failed: 3', 3, undefined],
  ['error: Linting: Checks failed: 3 x', undefined, 'Linting: Checks failed: 3 x'],
  ['error: x Linting: Checks failed: 3', undefined, 'x Linting: Checks failed: 3'],
  ['x error: Linting: Checks failed: 3', undefined, undefined],
  ['error: first\nerror: last', undefined, 'last'],
] as const)('of %j what it ended with is %j, or %j', ([stderr, failed, error]) => {
  expect(parseLint('', stderr)).toMatchObject({ failed, error });
});

// The tests from here on weigh what bootc says.
const judge = (exitCode: number, stdout: string, stderr = '') =>
  judgeLint(exitCode, parseLint(stdout, stderr));

test.for<[name: string, exitCode: number, stdout: string, stderr: string, error: string]>([
  [
    'a count of failures where it ended well',
    0,
    'Checks passed: 1\n',
    'error: Linting: Checks failed: 1\n',
    'ended as if there were none',
  ],
  [
    'a failure where it ended well',
    0,
    'Failed lint: a: b\nChecks passed: 1\n',
    '',
    'ended as if there were none',
  ],
  [
    'an error where it ended well',
    0,
    'Checks passed: 1\n',
    'error: Linting: no\n',
    'ended as if there were none',
  ],
  ['no count of what has passed', 0, '', '', 'bootc ended well and said nothing of its checks'],
  [
    'fewer warnings than it counts',
    0,
    'Checks passed: 1\nWarnings: 2\n',
    '',
    'bootc counts 2 warnings and tells 0',
  ],
  [
    'more warnings than it counts',
    0,
    'Lint warning: a: b\nChecks passed: 1\n',
    '',
    'bootc counts 0 warnings and tells 1',
  ],
  [
    'fewer failures than it counts',
    1,
    'Failed lint: a: b\nChecks passed: 1\n',
    'error: Linting: Checks failed: 2\n',
    'bootc counts 2 failed checks and tells 1',
  ],
  [
    'no failure',
    1,
    'Checks passed: 1\n',
    'error: Linting: Checks failed: 0\n',
    'bootc counts 0 failed checks and tells 0',
  ],
  [
    'an error beside what has passed',
    1,
    'Checks passed: 1\n',
    'error: Linting: no\n',
    'bootc did not get to its end: Linting: no',
  ],
  [
    'an error beside what it has found',
    1,
    'Failed lint: a: b\n',
    'error: Linting: no\n',
    'bootc did not get to its end: Linting: no',
  ],
  [
    'an error of its own',
    1,
    '',
    'error: Linting: Unexpected runtime error running lint a\n',
    'bootc did not get to its end: Linting: Unexpected',
  ],
  [
    'an error of the system',
    1,
    '',
    'error: Linting: Opening x: No such file (os error 2)\n',
    'bootc did not get to its end',
  ],
  [
    'an error of something else',
    1,
    '',
    'error: x Linting: no\n',
    'bootc did not get to its end: x Linting: no',
  ],
  ['nothing', 1, '', '', 'bootc did not get to its end'],
  ['an end by SIGHUP', 128, '', '', 'bootc was killed, or could not run (exit code 128)'],
  ['an end that nothing has', 127 - 2, '', '', 'bootc ended with exit code 125, which it gives to nothing'],
  [
    'arguments that it has not',
    2,
    '',
    'error: unexpected argument\n',
    'or not with these arguments: unexpected argument',
  ],
])('%s is an error', ([, exitCode, stdout, stderr, error]) => {
  expect(judge(exitCode, stdout, stderr)).toMatchObject({
    successes: 0,
    failures: 0,
    warnings: 0,
    error: expect.stringContaining(error),
  });
});

test('an error that only speaks of a runtime error is a failed lint', () => {
  expect(judge(1, '', 'error: Linting: no Unexpected runtime error\n')).toEqual({
    successes: 0,
    failures: 1,
    warnings: 0,
    findings: [{ kind: 'failed', lint: 'lint', lines: ['no Unexpected runtime error'] }],
  });
});
