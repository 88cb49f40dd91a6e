import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FailedStepError } from '#lib/step';
import { runStepWith } from '#test/context';
import step from './report.ts';

let directory: string;
let lines: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'report-'));
  lines = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What the step `lint` leaves; nothing for a file that is not there. */
interface Left {
  readonly 'exit-code'?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

function report(left: Left, params: Readonly<Record<string, string | readonly string[]>> = {}) {
  for (const [name, text] of Object.entries(left)) writeFileSync(join(directory, name), text);
  const names = ['exit-code', 'stdout', 'stderr'];
  const workspaces = Object.fromEntries(names.map((name) => [name, join(directory, name)]));
  const image = { IMAGE_URL: 'quay.io/a/b:1', IMAGE_DIGEST: `sha256:${'0'.repeat(64)}` };
  return runStepWith(step, { ...image, ...params }, { lines, workspaces });
}

/** The error of a step that fails with a verdict. */
async function failureOf(...args: Parameters<typeof report>): Promise<FailedStepError> {
  const error = await report(...args).then(
    () => undefined,
    (one: unknown) => one,
  );
  if (!(error instanceof FailedStepError)) throw new Error('the step has not failed with a verdict');
  return error;
}

const failed = {
  'exit-code': '1\n',
  stdout:
    'Failed lint: var-run: Not a symlink\n  var/run\nLint warning: nonempty-boot: Found\nWarnings: 1\nChecks passed: 6\n',
  stderr: 'error: Linting: Checks failed: 1\n',
};

test('all is well', async () => {
  const { TEST_OUTPUT } = await report({ 'exit-code': '0', stdout: 'Checks passed: 2\n', stderr: '' });

  expect(TEST_OUTPUT).toMatchObject({
    result: 'SUCCESS',
    successes: 2,
    failures: 0,
    warnings: 0,
    note: 'bootc container lint',
  });
  expect(lines).toEqual(["2 passed, 0 failed, 0 warnings, by the image's own bootc"]);
});

test('a failed lint fails the step, with a verdict that tells which', async () => {
  const error = await failureOf(failed, { LINT_ARGS: ['--no-truncate', '--skip=kernel'] });

  expect(error.message).toBe('bootc container lint failed: var-run, nonempty-boot');
  expect(error.results.TEST_OUTPUT).toMatchObject({
    result: 'FAILURE',
    successes: 6,
    failures: 1,
    warnings: 1,
    note: 'bootc container lint: var-run, nonempty-boot',
  });
  expect(lines).toEqual([
    'bootc was given --no-truncate --skip=kernel',
    'FAIL  var-run: Not a symlink',
    '        var/run',
    'warn  nonempty-boot: Found',
    "6 passed, 1 failed, 1 warnings, by the image's own bootc",
  ]);
});

test('a failed lint is only reported where that is asked for', async () => {
  const { TEST_OUTPUT } = await report(failed, { ON_FAILURE: 'report' });

  expect(TEST_OUTPUT).toMatchObject({ result: 'FAILURE', failures: 1 });
});

test('a warning is a verdict, and no failure', async () => {
  const stdout = 'Lint warning: nonempty-boot: Found\nWarnings: 1\nChecks passed: 1\n';
  const { TEST_OUTPUT } = await report({ 'exit-code': '0', stdout, stderr: '' });

  expect(TEST_OUTPUT).toMatchObject({
    result: 'WARNING',
    warnings: 1,
    note: 'bootc container lint: nonempty-boot',
  });
});

test.for<[Left, string]>([
  [{ 'exit-code': 'x', stdout: '', stderr: '' }, 'the exit code of bootc is no number'],
  [{ 'exit-code': '1x', stdout: '', stderr: '' }, 'the exit code of bootc is no number'],
  [{ 'exit-code': '1234', stdout: '', stderr: '' }, 'the exit code of bootc is no number'],
  [{ stdout: '', stderr: '' }, 'cannot read the exit code of bootc: it is not there'],
  [{ 'exit-code': '0', stderr: '' }, 'cannot read the output of bootc: it is not there'],
  [{ 'exit-code': '0', stdout: '' }, 'cannot read the standard error of bootc: it is not there'],
  [{ 'exit-code': '0'.repeat(17), stdout: '', stderr: '' }, 'the exit code of bootc has more than 16 bytes'],
  [
    { 'exit-code': '0', stdout: '\n'.repeat(10_002), stderr: '' },
    'the output of bootc has more than 10000 lines',
  ],
  [
    { 'exit-code': '0', stdout: '', stderr: 'x'.repeat(1024 * 1024 + 1) },
    'the standard error of bootc has more than 1048576 bytes',
  ],
  [{ 'exit-code': '-1\n', stdout: '', stderr: '' }, 'bootc was killed, or could not run (exit code -1)'],
])(
  'where there is no verdict, %j, it is an error, also where failures are only reported',
  async ([left, why]) => {
    const error = await failureOf(left, { ON_FAILURE: 'report' });

    expect(error.message).toBe(`no verdict of bootc: ${why}`);
    expect(error.results.TEST_OUTPUT).toMatchObject({
      result: 'ERROR',
      successes: 0,
      failures: 0,
      warnings: 0,
      note: why,
    });
  },
);

test('of one finding 50 lines are told, without what would change a terminal', async () => {
  const found = Array.from({ length: 60 }, (_, index) => `  line ${index + 1}\t\n`).join('');
  const stdout = `Failed lint: var-run: Not\u0007\n${found}Checks passed: 6\n`;
  const { message } = await failureOf({ ...failed, stdout });

  expect(message).toContain('var-run');
  expect(lines.slice(0, 2)).toEqual(['FAIL  var-run: Not\\u0007', '        line 1']);
  expect(lines.slice(50, 53)).toEqual([
    '        line 50',
    '        … and 10 lines more',
    "6 passed, 1 failed, 0 warnings, by the image's own bootc",
  ]);
});

test('a step that cannot read its files for another reason does not say what it found', async () => {
  await expect(runStepWith(step, {}, { lines })).rejects.toThrow('IMAGE_URL');
});
