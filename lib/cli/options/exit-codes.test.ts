import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import { captured } from '#test/captured';
import { runCommandLine } from '../command-line.ts';
import { CancelledError, exitCode, exitCodeOf, exitCodesHelp, meaning } from './exit-codes.ts';

const root = join(import.meta.dirname, '../../..');

test('docs/exit-codes.md shows the table', async () => {
  const text = await readFile(join(root, 'docs/exit-codes.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (?<code>\d+) \| (?<what>.+) \|$/gm)].map(({ groups }) => groups);

  const names = Object.keys(exitCode) as (keyof typeof exitCode)[];
  expect(rows).toEqual(names.map((name) => ({ code: String(exitCode[name]), what: meaning[name] })));
});

// Scripts hold on to these.
test('codes are never renumbered', () => {
  expect(exitCode).toEqual({
    done: 0,
    failed: 1,
    usage: 2,
    environment: 3,
    invalid: 4,
    runFailed: 5,
    timedOut: 6,
    checkFailed: 7,
    wouldMove: 8,
    cancelled: 130,
  });
  expect(exitCodesHelp('usage', 'cancelled')).toBe(
    `Exit codes:\n    2  ${meaning.usage}\n  130  ${meaning.cancelled}`,
  );
});

test.for([
  ['an option that is none', new CommanderError(1, 'commander.unknownOption', 'x'), 2],
  ['--help', new CommanderError(0, 'commander.helpDisplayed', 'x'), 0],
  ['a kind', new ExpectedError('x', { kind: 'usage' }), 2],
  ['another kind', new ExpectedError('x', { kind: 'invalid' }), 4],
  ['no kind', new ExpectedError('x'), 3],
  [
    'the kind of what is said first',
    new ExpectedError('x', { cause: new ExpectedError('y', { kind: 'usage' }) }),
    3,
  ],
  ['a signal', new CancelledError('cancelled'), 130],
  ['the system', Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open' }), 3],
  ['a bug', new TypeError('x is not a function'), 1],
  ['what is no error', 'text', 1],
] as const)('%s has its code', ([, error, code]) => {
  expect(exitCodeOf(error)).toBe(code);
});

// No name of a class and no text of a message may decide.
test.for([
  [['render', 'nothere'], 2, 'there is no task, pipeline or StepAction nothere'],
  [['render', '--catalog', '/proc/none.ts'], 2, 'there is no /proc/none.ts'],
  [['init', '.'], 2, 'is not empty'],
  [['init', 'package.json'], 2, 'no directory'],
  [['init', '/tmp/No Name/x y'], 2, 'no catalog can be called'],
  [['generate', '--catalog', '/proc/none.ts'], 2, 'there is no /proc/none.ts'],
  [['bundle-steps', '-d', 'lib'], 2, 'holds no steps'],
  [['render', 'sanity-check', '-d', 'package.json/x'], 3, 'ENOTDIR'],
  [['bundle', 'list', 'UPPER:::x'], 2, 'UPPER:::x'],
  [['bundle', 'list', '/proc/none.yaml'], 4, '/proc/none.yaml'],
  [['bundle', 'show', 'bundles/rendered/tasks', 'nothere'], 2, 'has no nothere'],
  [['bundle', 'push', 'localhost/x', 'bundles/rendered/tasks'], 2, 'it names no tag'],
  [['bundle', 'push', 'UPPER:1', 'bundles/rendered/tasks'], 2, 'UPPER:1'],
  [['publish', '--floating-tag', '{foo}', '--dry-run'], 2, 'there is no {foo}'],
  [['publish', '--floating-tag', 'a b', '--dry-run'], 2, 'a b'],
  [['publish', '--prefix', 'fedora', '--dry-run'], 2, 'it names no registry'],
  [['publish', '--platform', 'linux', '--dry-run'], 2, 'not a platform'],
  [
    ['run', '-f', 'bundles/rendered/tasks', '--image-map', 'x', '--dry-run'],
    2,
    'cannot read the image mapping',
  ],
  [
    ['run', '-f', 'bundles/rendered/tasks', '--bundle-map', 'x', '--dry-run'],
    2,
    'cannot read the bundle mapping',
  ],
  [
    ['run', '-f', 'bundles/rendered/tasks', '--task', 'apply-tags', '--break-on', 'x', '--dry-run'],
    2,
    'is no breakpoint',
  ],
  [['run', '-f', 'bundles/rendered/tasks', '--task', 'nothere', '--dry-run'], 4, 'nothere'],
  [
    [
      'run',
      '-f',
      'bundles/rendered/tasks',
      '--task',
      'apply-tags',
      '-p',
      'IMAGE_URL=a/b:1',
      '-p',
      `IMAGE_DIGEST=sha256:${'0'.repeat(64)}`,
      '--dry-run',
      '-o',
      'tree',
    ],
    2,
    'there is no output tree',
  ],
  [['runs', 'describe', 'nothere', '--runs-directory', '/proc/none'], 3, 'nothere'],
  [['runs', 'prune'], 2, 'cannot prune'],
  [['compose', 'fixture', '/proc/none', '--defect', 'x'], 2, 'not a defect'],
  [['compose', 'fixture', '/proc/none', '--id', 'x'], 2, 'x'],
  [['check', 'oci:/proc/none'], 3, 'there is no OCI layout'],
  [['check', 'oci:lib'], 3, 'there is no OCI layout lib'],
  [['check', 'UPPER:::x'], 2, 'UPPER:::x'],
] as const)('bootc-catalog %j', async ([args, code, message]) => {
  const ended = await bootcCatalog(args);

  expect(ended).toEqual({ code, stderr: expect.stringContaining(message) as string });
  expect(ended.stderr).not.toMatch(/^ +at /m);
});

async function bootcCatalog(args: readonly string[]) {
  const { code, stderr } = await captured(() => runCommandLine(args, undefined));
  return { code, stderr };
}
