import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '#lib/process';
import { isEvent } from '#lib/runs';
import { listRuns } from './list-runs.ts';
import { readLogs } from './read-logs.ts';
import { readRun } from './read-run.ts';

const command = resolve(import.meta.dirname, '../../../bin/bootc-catalog');
const time = '2026-11-23T10:00:00.000Z';
const good = [
  { time, type: 'run-start', run: 'r', pipeline: 'p', tasks: [{ name: 'a', isFinally: false, after: [] }] },
  { time, type: 'task-start', task: 'a', taskRun: 'r-a', attempt: 0 },
  { time, type: 'step-start', task: 'a', taskRun: 'r-a', step: 's' },
  { time, type: 'step-end', task: 'a', taskRun: 'r-a', step: 's', exitCode: 1, reason: 'Error', seconds: 1 },
  {
    time,
    type: 'task-end',
    task: 'a',
    taskRun: 'r-a',
    status: 'Failed',
    reason: 'Failed',
    message: 'it failed',
    seconds: 1,
    results: [],
  },
  {
    time,
    type: 'run-end',
    run: 'r',
    status: 'Failed',
    reason: 'Failed',
    message: 'm',
    seconds: 2,
    results: [],
    overhead: 0.1,
    stepSeconds: {},
  },
];

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'runs-'));
  await keep('whole');
});
afterEach(() => rm(runs, { recursive: true }));

test('what the engine writes are events', () => {
  expect(good.map(isEvent)).toEqual(good.map(() => true));
});

test('without any of its fields it is none', () => {
  for (const event of good) {
    for (const key of Object.keys(event)) {
      expect([key, isEvent({ ...event, [key]: undefined })]).toEqual([key, false]);
    }
  }
});

test.for([
  'null',
  '5',
  '"run-start"',
  '[]',
  '{}',
  '{"type":"run-end"}',
  '{"type":"run-start","time":5}',
  `{"type":"toString","time":"${time}"}`,
  `{"type":"run-start","time":"${time}"}`,
  `{"type":"task-end","time":"${time}","task":"a"}`,
  `{"type":"task-start","time":"no time","task":"a","taskRun":"b","attempt":0}`,
  '{"type":"run-st',
])('a line %s is passed over, and the other runs are there', async (line) => {
  await keep('damaged', `${line}\n`);
  await keep('nothing', undefined, []);
  await appendFile(join(runs, 'nothing/events.jsonl'), `${line}\n`);

  const list = await listRuns(runs);

  expect(list.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
    'damaged Failed',
    'whole Failed',
  ]);
  expect((await readRun(runs, 'damaged')).events).toEqual(good);
});

test('every command of runs takes a directory with damaged files', async () => {
  await keep('damaged', 'null\n{"type":"task-end"}\n');
  await writeFile(join(runs, 'damaged/pipelinerun.yaml'), 'kind: PipelineRun\nspec: {params: 5}\n');
  await mkdir(join(runs, 'damaged/taskruns'));
  await writeFile(join(runs, 'damaged/taskruns/a.yaml'), '[: {');
  await writeFile(join(runs, 'damaged/taskruns/b.yaml'), 'null');

  for (const args of [
    ['list'],
    ['describe', 'damaged'],
    ['logs', 'damaged'],
    ['rm', 'damaged'],
    ['prune', '--keep=1'],
  ]) {
    await inRuns(...args);
  }
  expect((await inRuns('list', '-o', 'name')).stdout).toBe('whole\n');
});

test('a name, a status or a label changes no terminal', async () => {
  const evil = '\u001b]0;x\u0007((';
  const name = `r${evil}\nforged`;
  const events = good.map((event) => ({
    ...event,
    ...('task' in event ? { task: evil } : {}),
    reason: evil,
  }));
  await keep(name, undefined, events);
  const log = join(runs, name, 'logs/r-a/s.log');
  await mkdir(join(log, '..'), { recursive: true });
  await writeFile(log, `${time} stdout F text\n`);

  for (const args of [['list'], ['list', '-o', 'name'], ['describe', name], ['logs', name], ['rm', name]]) {
    const { stdout } = await inRuns(...args);
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|^forged/mu);
  }
});

test('a log that no engine wrote is read in time that grows with it, in parts', async () => {
  const log = join(runs, 'whole/logs/r-a/s.log');
  await mkdir(join(log, '..'), { recursive: true });
  const file = await open(log, 'w');
  await file.write(`${time} stdout F `);
  for (let part = 0; part < 40; part++) await file.write('x'.repeat(1_000_000));
  await file.write(`\n${'y'.repeat(1_000_000)}\n${time} stderr F last\n`);
  await file.close();

  const start = performance.now();
  const lines = [];
  for await (const line of readLogs({ directory: join(runs, 'whole') })) lines.push(line);

  expect(performance.now() - start).toBeLessThan(5_000);
  expect(lines.slice(0, -1).reduce((size, { text }) => size + text.length, 0)).toBe(40_000_000);
  expect(lines.at(-2)).toMatchObject({ isWhole: true, stream: 'stdout' });
  expect(lines.at(-1)).toMatchObject({ text: 'last', stream: 'stderr', isWhole: true });
});

test('following goes on within a line that was too long when it was read', async () => {
  const log = join(runs, 'whole/logs/r-a/s.log');
  await mkdir(join(log, '..'), { recursive: true });
  await writeFile(log, `${time} stdout F ${'x'.repeat(300_000)}`);
  const [first, second] = [[], []] as string[][];

  for await (const { text } of readLogs({ directory: join(runs, 'whole') })) first?.push(text);
  await appendFile(log, `end\n`);
  for await (const { text } of readLogs({ directory: join(runs, 'whole') })) second?.push(text);

  expect(first?.join('')).toHaveLength(256 * 1024 - `${time} stdout F `.length);
  expect(second?.join('')).toBe(`${'x'.repeat(300_000)}end`);
});

test('runs logs ends when it is told to, however long a line is', async () => {
  const log = join(runs, 'whole/logs/r-a/s.log');
  await mkdir(join(log, '..'), { recursive: true });
  const file = await open(log, 'w');
  await file.write(`${time} stdout F `);
  // A hole: 300 MB that take no disk.
  await file.truncate(300_000_000);
  await file.close();
  const child = spawn(command, ['runs', 'logs', 'whole', '--runs-directory', runs], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');

  const start = performance.now();
  child.kill('SIGTERM');
  child.stdout.resume();
  await once(child, 'exit');

  expect(performance.now() - start).toBeLessThan(5_000);
});

async function keep(name: string, line = '', events: readonly object[] = good): Promise<void> {
  const directory = join(runs, name);
  await mkdir(directory, { recursive: true });
  const [first, ...others] = events.map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(join(directory, 'events.jsonl'), [first ?? '', line, ...others].join(''));
  expect(await readFile(join(directory, 'events.jsonl'), 'utf8')).toContain(line);
}

function inRuns(...args: readonly string[]) {
  return run(command, ['runs', ...args, '--runs-directory', runs]);
}
