import { stripVTControlCharacters } from 'node:util';
import { expect, test, vi } from 'vitest';
import type { RunEvent, Sink } from '../events.ts';
import { jsonSink } from './json.ts';
import { plainSink } from './plain.ts';
import { treeSink } from './tree.ts';

type Part = { readonly type: RunEvent['type'] } & Readonly<Record<string, unknown>>;

const of = { task: 'build', taskRun: 'run-build-1' };
const events: readonly Part[] = [
  { type: 'run-start', run: 'run', pipeline: 'p', tasks: [{ name: 'build' }, { name: 'skipped' }] },
  { type: 'task-start', ...of, attempt: 0 },
  { type: 'step-start', ...of, step: 'compile' },
  { type: 'step-log', ...of, step: 'compile', stream: 'stdout', text: 'hello \u001b[31mred' },
  { type: 'step-end', ...of, step: 'compile', exitCode: 1, reason: 'Error', seconds: 2 },
  {
    type: 'task-end',
    ...of,
    status: 'Failed',
    reason: 'StepFailed',
    message: 'broken\u001b[2J',
    seconds: 3,
    results: [],
  },
  { type: 'task-skip', task: 'skipped', reason: 'PipelineRun was stopping' },
  {
    type: 'run-end',
    run: 'run',
    status: 'Failed',
    reason: 'Failed',
    message: 'Tasks Completed: 1',
    results: [
      { name: 'r', value: ['a\u202e'] },
      { name: 't', value: '\u001b]0;x\u0007\ntwo\n' },
    ],
    seconds: 4,
    overhead: 0.25,
    stepSeconds: { 'run-build-1': 1.5 },
  },
];

function written(make: (write: (text: string) => void) => Sink): string {
  let text = '';
  const sink = make((more) => {
    text += more;
  });
  for (const event of events) sink.event({ time: '2026-11-23T12:00:00.000Z', ...event } as RunEvent);
  return text;
}

const table = `TASK      DURATION   IN STEPS  STATUS
build-1      3.0 s      1.5 s  Failed
skipped      0.0 s      0.0 s  Skipped: PipelineRun was stopping

results:
  r: ["a\\u202e"]
  t: \\u001b]0;x\\u0007
two

run: Failed: Tasks Completed: 1
4.0 s, of which 25.0 % without a running step
`;

test('plain lines name the task and the step, and end in a table', () => {
  expect(written(plainSink)).toBe(`[run] started
[build-1 : compile] hello \u001b[31mred
[build-1 : compile] exited with code 1: Error
[build-1] StepFailed: broken\\u001b[2J
[skipped] skipped: PipelineRun was stopping

${table}`);
});

test('each event is a line of JSON', () => {
  const lines = written(jsonSink).trim().split('\n');

  expect(lines.map((line) => (JSON.parse(line) as RunEvent).type)).toEqual(events.map(({ type }) => type));
});

test('the tree ends with the last lines of what failed, and the table', () => {
  const text = written((write) => treeSink({ write, columns: () => 80, rows: () => 24 }));

  expect(text).toContain('[build-1 : compile] hello');
  expect(text.endsWith(table)).toBe(true);
});

test('the tree stays below what steps write, of which colours are kept and nothing that moves the cursor', async () => {
  const writes: string[] = [];
  const sink = treeSink({ write: (text) => writes.push(text), columns: () => 80, rows: () => 24 });
  const said = (text: string) =>
    sink.event({
      time: new Date().toISOString(),
      type: 'step-log',
      ...of,
      step: 'compile',
      stream: 'stdout',
      text,
    } as RunEvent);
  for (const event of events.slice(0, 3))
    sink.event({ time: new Date().toISOString(), ...event } as RunEvent);
  said('one \u001b[31mred');
  said('two\u001b[2J\u001b[5A\r three\u0007');
  await vi.waitFor(() => expect(writes.length).toBeGreaterThan(2));
  await sink.close?.();

  const [first = '', second = ''] = writes;
  expect(first).toMatch(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are written
    /^\[build-1 : compile\] one \u001b\[31mred\u001b\[0m\n\[build-1 : compile\] two three\n. build-1 .* compile\n· skipped\n$/,
  );
  expect(second.startsWith('\u001b[2A\u001b[0J')).toBe(true);
  expect(second).not.toContain('three');
});

test('the tree draws each task on a line of its own, no wider than the terminal', async () => {
  let text = '';
  const write = (more: string) => {
    text = more;
  };
  const sink = treeSink({ write, columns: () => 45, rows: () => 24 });
  for (const event of events.slice(0, 4))
    sink.event({ time: new Date().toISOString(), ...event } as RunEvent);
  await new Promise((resolve) => setTimeout(resolve, 250));
  await sink.close?.();

  const lines = stripVTControlCharacters(text).trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^. build-1 .* s compi$/);
  expect(lines[1]).toBe('· skipped');
  expect(lines.every((line) => line.length <= 45)).toBe(true);
});
