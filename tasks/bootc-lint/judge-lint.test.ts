import { expect, test } from 'vitest';
import { judgeLint } from './judge-lint.ts';
import { parseLint } from './parse-lint.ts';

const judge = (exitCode: number, stdout: string, stderr = '') =>
  judgeLint(exitCode, parseLint(stdout, stderr));

const list = [
  'Lint warning: nonempty-boot: Found non-empty /boot:',
  '  hidden',
  '  "with space"',
  '  ...and 7 more',
  '',
].join('\n');

// Each as bootc-dev/bootc writes it, by the commit that brought the form.
test.for<[form: string, exitCode: number, stdout: string, stderr: string, expected: object]>([
  [
    '858acbe5 (2024-05): all is well',
    0,
    'Checks passed: 2\n',
    '',
    { successes: 2, failures: 0, warnings: 0 },
  ],
  [
    '858acbe5 (2024-05): the first failure, told by tracing in colours',
    1,
    '',
    '\x1b[31mERROR\x1b[0m Linting: Not a symlink: var/run\n',
    { failures: 1, findings: [{ kind: 'failed', lint: 'lint', lines: ['Not a symlink: var/run'] }] },
  ],
  [
    '8dd04afc (2025-01): failures on stderr',
    1,
    'Checks passed: 6\n',
    'Failed lint: var-run: Not a symlink: var/run\nERROR Linting: Checks failed: 1\n',
    { successes: 6, failures: 1, findings: [{ lint: 'var-run' }] },
  ],
  [
    'add6cce6 (2025-01): warnings on stderr',
    0,
    'Checks passed: 7\nWarnings: 1\n',
    'Lint warning: var-log: Found non-empty logfile: /var/log/dnf.log\n',
    { successes: 7, failures: 0, warnings: 1, findings: [{ kind: 'warning', lint: 'var-log' }] },
  ],
  [
    '2ed97d4c (2025-02): all on stdout, and skipped ones',
    1,
    'Failed lint: kernel: multiple subdirectories found\nLint warning: var-log: a\nChecks passed: 8\nChecks skipped: 1\nWarnings: 1\n',
    ' ERROR Linting: Checks failed: 1\n',
    { successes: 8, failures: 1, warnings: 1 },
  ],
  [
    '840a2350 (2025-05): what was found in lines of their own',
    0,
    `${list}\nChecks passed: 11\nChecks skipped: 1\nWarnings: 1\n`,
    '',
    {
      warnings: 1,
      findings: [
        {
          lint: 'nonempty-boot',
          lines: ['Found non-empty /boot:', '  hidden', '  "with space"', '  ...and 7 more'],
        },
      ],
    },
  ],
  [
    '856e480c (2025-05): errors without tracing',
    1,
    'Failed lint: etc-usretc: Found /usr/etc\nChecks passed: 11\nChecks skipped: 1\n',
    'error: Linting: Checks failed: 1\n',
    { successes: 11, failures: 1, warnings: 0 },
  ],
  [
    'with --fatal-warnings, which are counted in',
    1,
    'Failed lint: a: b\nLint warning: c: d\nLint warning: e: f\nChecks passed: 9\nWarnings: 2\n',
    'error: Linting: Checks failed: 3\n',
    { successes: 9, failures: 3, warnings: 2 },
  ],
  [
    'with --fatal-warnings and warnings alone',
    1,
    'Lint warning: c: d\nChecks passed: 9\nWarnings: 1\n',
    'error: Linting: Checks failed: 1\n',
    { failures: 1, warnings: 1 },
  ],
  [
    'with log lines of its own on stderr',
    0,
    'Checks passed: 12\n',
    ' WARN something else\nERROR journal is not there\n',
    { successes: 12, failures: 0, warnings: 0 },
  ],
])('%s', ([, exitCode, stdout, stderr, expected]) => {
  const verdict = judge(exitCode, stdout, stderr);

  expect(verdict).toMatchObject(expected);
  expect(verdict).not.toHaveProperty('error');
});

test.for<[case_: string, exitCode: number, stdout: string, stderr: string, error: string]>([
  ['nothing', 0, '', '', 'said nothing of its checks'],
  ['an empty line', 0, '\n', '', 'said nothing of its checks'],
  ['a version instead', 0, 'bootc 1.8.0\n', '', 'no version of `bootc container lint` says: "bootc 1.8.0"'],
  ['a count twice', 0, 'Checks passed: 1\nChecks passed: 2\n', '', 'no version'],
  ['failures, and a good end', 0, 'Failed lint: a: b\nChecks passed: 1\n', '', 'as if there were none'],
  ['an error, and a good end', 0, 'Checks passed: 1\n', 'error: Linting: x\n', 'as if there were none'],
  ['warnings that are not told', 0, 'Checks passed: 1\nWarnings: 2\n', '', 'counts 2 warnings and tells 0'],
  ['warnings that are not counted', 0, 'Lint warning: a: b\nChecks passed: 1\n', '', 'counts 0 warnings'],
  ['failures that are not told', 1, 'Checks passed: 1\n', 'error: Linting: Checks failed: 2\n', 'counts 2'],
  ['no failure counted', 1, 'Checks passed: 1\n', 'error: Linting: Checks failed: 0\n', 'counts 0 failed'],
  ['a bad end without a word', 1, '', '', 'did not get to its end'],
  ['a bad end after a good count', 1, 'Checks passed: 3\n', '', 'did not get to its end'],
  [
    'an error of its own',
    1,
    '',
    'error: Linting: Unexpected runtime error running lint kernel: no\n',
    'did not get to its end: Linting: Unexpected runtime error',
  ],
  [
    'a directory that it may not read',
    1,
    '',
    'error: Linting: Permission denied (os error 13)\n',
    'Permission denied',
  ],
  ['an unknown subcommand', 2, '', "error: unrecognized subcommand 'lint'\n", 'has no `container lint`'],
  ['a shell that may not start it', 126, '', '', 'could not be started'],
  ['a shell that does not find it', 127, '', 'bootc: not found\n', 'could not be started'],
  ['a runtime that cannot start it', 128, '', '', 'could not run'],
  ['SIGKILL', 137, 'Checks passed: 1\n', '', 'was killed'],
  ["SIGKILL, as Tekton's entrypoint writes it", -1, 'Checks passed: 1\n', '', 'was killed'],
  ['a panic of Rust', 101, '', "thread 'main' panicked\n", 'ended with exit code 101'],
])('%s is an error, and counts nothing', ([, exitCode, stdout, stderr, error]) => {
  const verdict = judge(exitCode, stdout, stderr);

  expect(verdict.error).toContain(error);
  expect(verdict).toMatchObject({ successes: 0, failures: 0, warnings: 0 });
});

test('what it says is told on one line', () => {
  expect(judge(0, '\x1b]0;title\x07 result TEST_OUTPUT={}\n').error).toContain('\\u001b]0;title\\u0007');
  expect(judge(1, '', `error: ${'x'.repeat(100_000)}\n`).error?.length).toBeLessThan(400);
});
