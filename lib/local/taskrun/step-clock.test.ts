import { expect, test } from 'vitest';
import { makeStepClock, overheadOf } from './step-clock.ts';

const run = { start: 0, end: 100 };

test.for([
  [[], 1],
  [[{ start: 0, end: 100 }], 0],
  [[{ start: 10, end: 60 }], 0.5],
  [
    [
      { start: 40, end: 90 },
      { start: 0, end: 50 },
    ],
    0.1,
  ],
  [
    [
      { start: 0, end: 100 },
      { start: 20, end: 30 },
    ],
    0,
  ],
  [[{ start: -50, end: 50 }], 0.5],
  [[{ start: 90, end: 400 }], 0.9],
] as const)('steps at %j leave %d without a running one', ([steps, expected]) => {
  expect(overheadOf(run, steps)).toBeCloseTo(expected);
});

test('a later measurement of the same step replaces the first', () => {
  const clock = makeStepClock();

  clock.set('run', 'run-pod', 'step', { start: 0, end: 10 });
  clock.set('run', 'run-pod', 'step', { start: 3, end: 9 });
  clock.set('run', 'run-pod-retry1', 'step', { start: 10, end: 11 });

  expect(clock.intervals()).toEqual([
    { start: 3, end: 9 },
    { start: 10, end: 11 },
  ]);
  expect(clock.secondsByTaskRun()).toEqual({ run: 0.007 });
});
