import { stripVTControlCharacters } from 'node:util';
import { expect, test, vi } from 'vitest';
import { colours } from '#lib/text';
import type { RunEvent, Sink } from '../events.ts';
import { jsonSink } from './json.ts';
import { plainSink } from './plain.ts';
import { treeSink } from './tree.ts';

type Part = { readonly type: RunEvent['type'] } & Readonly<Record<string, unknown>>;

const due = (name: string, ...after: readonly string[]) => ({ name, isFinally: false, after });

const of = { task: 'build', taskRun: 'run-build-1' };
const events: readonly Part[] = [
  { type: 'run-start', run: 'run', pipeline: 'p', tasks: [due('build'), due('skipped', 'build')] },
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

function written(make: (write: (text: string) => void) => Sink, parts = events): string {
  let text = '';
  const sink = make((more) => {
    text += more;
  });
  for (const event of parts) sink.event({ time: '2026-11-23T12:00:00.000Z', ...event } as RunEvent);
  return text;
}

const table = `TASK     DURATION  STATUS
build-1     3.0 s  Failed
skipped            Skipped: PipelineRun was stopping

results:
  r: ["a\\u202e"]
  t: \\u001b]0;x\\u0007
two

✗ run failed after 4.0 s: build-1/compile exited with 1
    hello red
`;

test('plain lines name the task and the step, and end in a table', () => {
  expect(written(plainSink)).toBe(`[run] started
[build-1 : compile] hello \u001b[31mred
[build-1 : compile] exited with code 1: Error
[build-1] StepFailed: broken\\u001b[2J
[skipped] skipped: PipelineRun was stopping

${table}`);
});

test('colours say what words say, too, and each task has one of its own', () => {
  const text = written((write) => plainSink(write, { paint: colours }));

  expect(stripVTControlCharacters(text)).toBe(stripVTControlCharacters(written(plainSink)));
  expect(text).toContain('\u001b[36m[run]\u001b[39m started');
  expect(text).toContain('\u001b[33m[build-1 : compile]\u001b[39m hello');
  expect(text).toContain('\u001b[31m✗\u001b[39m run \u001b[31mfailed\u001b[39m after 4.0 s');
});

test('the ways on are told where there are some, with what they need to know', () => {
  const text = written((write) =>
    plainSink(write, {
      waysOn: ({ status, failures: [first] }) => [
        { name: 'logs', how: `${status} ${first?.label} ${first?.step}` },
      ],
    }),
  );

  expect(text.endsWith('    hello red\n  logs    Failed build-1 compile\n')).toBe(true);
});

test('quiet tells the end alone, verbose also what starts and ends', () => {
  expect(written((write) => plainSink(write, { detail: 'quiet' }))).toBe(table);
  expect(written((write) => plainSink(write, { detail: 'verbose' }))).toContain(
    '[build-1 : compile] starts\n',
  );
});

test('the runs of a matrix are called by what they are given', () => {
  const one = (index: number, platform: string): readonly Part[] => {
    const whose = { task: 'build', taskRun: `run-build-${index}` };
    return [
      { type: 'task-start', ...whose, attempt: 0, matrix: [{ name: 'PLATFORM', value: platform }] },
      { type: 'step-log', ...whose, step: 's', stream: 'stdout', text: 'hello' },
      {
        type: 'task-end',
        ...whose,
        status: 'Succeeded',
        reason: 'Succeeded',
        message: '',
        seconds: 1,
        results: [],
      },
    ];
  };
  const text = written(plainSink, [...one(0, 'linux/amd64'), ...one(1, 'x'.repeat(60))]);

  expect(text).toContain('[build (linux/amd64) : s] hello\n');
  expect(text).toContain(`[build-1 (${'x'.repeat(47)}…) : s] hello\n`);
});

test('a task that waits for nothing but a place says so, and the total is below', async () => {
  const lines = await drawn([
    {
      type: 'run-start',
      run: 'run',
      pipeline: 'p',
      tasks: [due('build'), due('next', 'build'), due('lint')],
    },
    { type: 'task-start', ...of, attempt: 0 },
    { type: 'step-start', ...of, step: 'compile' },
    { type: 'step-log', ...of, step: 'compile', stream: 'stdout', text: 'half of it' },
  ]);

  expect(lines).toEqual([
    '[build-1 : compile] half of it',
    expect.stringMatching(/^. build-1 .* compile │ half of it$/),
    '· next',
    expect.stringMatching(/^· lint +waits for a place$/),
    expect.stringMatching(/^0\/3 tasks · \d/),
  ]);
});

test('a task that was cancelled does not look as one that failed', async () => {
  const ended = { reason: 'TaskRunCancelled', message: 'was cancelled', seconds: 1, results: [] };
  const lines = await drawn([
    { type: 'run-start', run: 'run', pipeline: 'p', tasks: [due('build')] },
    { type: 'task-start', ...of, attempt: 0 },
    { type: 'task-end', ...of, status: 'Cancelled', ...ended },
  ]);

  expect(lines[0]).toMatch(/^⊘ build-1 .* was cancelled$/);
});

/** The first picture of the tree. */
async function drawn(parts: readonly Part[]): Promise<readonly string[]> {
  const writes: string[] = [];
  const sink = treeSink({ write: (text) => writes.push(text), columns: () => 80, rows: () => 24 });
  for (const part of parts) sink.event({ time: new Date().toISOString(), ...part } as RunEvent);
  await vi.waitFor(() => expect(writes.length).toBeGreaterThan(0));
  await sink.close?.();
  return stripVTControlCharacters(writes[0] ?? '')
    .trimEnd()
    .split('\n');
}

test('each event is a line of JSON', () => {
  const lines = written(jsonSink).trim().split('\n');

  expect(lines.map((line) => (JSON.parse(line) as RunEvent).type)).toEqual(events.map(({ type }) => type));
});

test('the tree ends with the table and why it failed', () => {
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
    /^\[build-1 : compile\] one \u001b\[31mred\u001b\[0m\n\[build-1 : compile\] two three\n\u001b\[\?7l. build-1 .* compile │ two three\n· skipped\n0\/2 tasks · .*\n\u001b\[\?7h$/,
  );
  expect(second.startsWith('\r\u001b[3A\u001b[0J')).toBe(true);
  expect(second).not.toContain('] two three');
});

test('the tree draws each task on a line of its own, no wider than the terminal', async () => {
  let text = '';
  const write = (more: string) => {
    text ||= more;
  };
  const sink = treeSink({ write, columns: () => 45, rows: () => 24 });
  for (const event of events.slice(0, 4))
    sink.event({ time: new Date().toISOString(), ...event } as RunEvent);
  await new Promise((resolve) => setTimeout(resolve, 250));
  await sink.close?.();

  const lines = stripVTControlCharacters(text).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines.shift()).toBe('[build-1 : compile] hello red');
  expect(lines[0]).toMatch(/^. build-1 .* s compile │ .*$/);
  expect(lines[1]).toBe('· skipped');
  expect(lines.every((line) => line.length <= 45)).toBe(true);
});
