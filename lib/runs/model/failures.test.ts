import { expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { makeLabels } from '../label.ts';
import { watchFailures } from './failures.ts';

const of = { task: 'test', taskRun: 'run-test' };
const log = (text: string) => ({ type: 'step-log', ...of, step: 'unit', stream: 'stdout', text });
const ended = { type: 'step-end', ...of, step: 'unit', exitCode: 3, reason: 'Error', seconds: 1 };

test('of a task that was tried twice the last try says why', () => {
  const watch = watchFailures(makeLabels());
  const events = [
    { type: 'task-start', ...of, attempt: 0 },
    log('error: the network is down'),
    ended,
    { type: 'task-retry', ...of, message: 'again' },
    { type: 'task-start', ...of, attempt: 1 },
    log('error: assertion failed'),
    ended,
    {
      type: 'task-end',
      ...of,
      status: 'Failed',
      reason: 'StepFailed',
      message: '',
      seconds: 2,
      results: [],
    },
  ];

  for (const event of events) watch.see({ time: '2026-11-27T12:00:00Z', ...event } as RunEvent);

  expect(watch.failures()).toMatchObject([
    { step: 'unit', cause: 'test/unit exited with 3', lines: ['error: assertion failed'] },
  ]);
});
