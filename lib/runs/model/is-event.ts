import type { RunEvent } from '../events.ts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const amount: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...known: readonly string[]): Check =>
  (value) =>
    known.includes(value as string);

const taskRun = { task: text, taskRun: text };
const step = { ...taskRun, step: text };
const results = listOf(shape({ name: text }));
const ended = { reason: text, message: text, seconds: amount, results };
const plannedTask = shape({ name: text, isFinally: flag, after: listOf(text) });

/** What each kind of event must have for whoever reads it; that no kind is missing is for the compiler. */
const fields: Readonly<Record<RunEvent['type'], Readonly<Record<string, Check>>>> = {
  'run-start': { run: text, pipeline: text, tasks: listOf(plannedTask) },
  'task-wait': { task: text },
  'task-start': { ...taskRun, attempt: amount, matrix: optional(listOf(shape({ name: text }))) },
  'step-start': step,
  'step-log': { ...step, stream: oneOf('stdout', 'stderr'), text },
  'step-end': { ...step, exitCode: amount, reason: text, seconds: amount },
  'task-retry': { ...taskRun, message: text },
  'task-end': { ...taskRun, ...ended, status: oneOf('Succeeded', 'Failed', 'Cancelled') },
  'task-skip': { task: text, reason: text },
  'task-reuse': { task: text, why: text },
  breakpoint: {
    ...step,
    at: oneOf('before', 'failure'),
    shell: listOf(text),
    goOn: listOf(text),
    fail: listOf(text),
  },
  note: { text },
  'run-end': {
    run: text,
    ...ended,
    status: oneOf('Succeeded', 'Failed', 'Cancelled', 'TimedOut'),
    // JSON has null here for a run that took no time.
    overhead: (value) => value === null || amount(value),
    stepSeconds: isObject,
  },
};

/** Whether a line of a kept run is an event: a file of our own may have been damaged, or be somebody else's. */
export function isEvent(value: unknown): value is RunEvent {
  if (!isObject(value) || typeof value.type !== 'string' || !Object.hasOwn(fields, value.type)) return false;
  const hasTime = typeof value.time === 'string' && !Number.isNaN(Date.parse(value.time));
  return hasTime && shape(fields[value.type as RunEvent['type']])(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
