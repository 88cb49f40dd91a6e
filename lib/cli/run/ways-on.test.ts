import { expect, test } from 'vitest';
import type { Ending } from '#lib/runs';
import { waysOn } from './ways-on.ts';

const failure = {
  task: 'outer/test',
  taskRun: 'ci-outer-test',
  label: 'outer/test (linux/arm64)',
  step: 'unit',
  cause: '',
  lines: [],
};
const failed: Ending = { run: 'ci', status: 'Failed', directory: '/runs/ci-2', failures: [failure] };
const told = (argv: readonly string[], ending: Partial<Ending> = {}, runs?: string) =>
  Object.fromEntries(waysOn(argv, runs)({ ...failed, ...ending }).map(({ name, how }) => [name, how]));

test('a command is told as it was given, as a shell takes it, without what a resumed run takes along', () => {
  expect(
    told([
      'run',
      '-f',
      "it's.yaml",
      '--image-map',
      '*=rootfs:/',
      '-p',
      'a=b c',
      '--from',
      'x',
      '--param=c=d',
    ]),
  ).toEqual({
    logs: "bootc-catalog runs logs ci-2 'outer/test (linux/arm64)'",
    page: '/runs/ci-2/run.html  (bootc-catalog runs open)',
    inside: String.raw`bootc-catalog run -f 'it'\''s.yaml' --image-map '*=rootfs:/' -p 'a=b c' --from x --param=c=d --break-on failure`,
    again: String.raw`bootc-catalog run -f 'it'\''s.yaml' --image-map '*=rootfs:/' --from outer`,
  });
});

test.for([
  ['a run that went well has its page', { status: 'Succeeded' }, ['page']],
  ['a run that was cancelled has its logs, too', { status: 'Cancelled' }, ['logs', 'page']],
  [
    'a task that no step ended has no inside',
    { failures: [{ ...failure, step: undefined }] },
    ['logs', 'page', 'again'],
  ],
  [
    'a TaskRun has no task to begin at',
    { failures: [{ ...failure, taskRun: 'ci' }] },
    ['logs', 'page', 'inside'],
  ],
  ['a run that is kept nowhere has nothing', { directory: undefined }, []],
] as const)('%s', ([, ending, names]) => {
  expect(Object.keys(told(['run', '-f', 'ci.yaml'], ending))).toEqual(names);
});

test('standard input cannot be given again', () => {
  expect(Object.keys(told(['run', '-f', '-']))).toEqual(['logs', 'page']);
});

test('nobody is told a password again', () => {
  const { again } = told(
    ['run', '-f', 'ci.yaml', '--bundle-map', 'a=https://me:secret@example.com/x'],
    {},
    '/runs',
  );

  expect(again).not.toContain('secret');
  expect(told(['run'], {}, '/runs').logs).toContain('--runs-directory /runs');
});
