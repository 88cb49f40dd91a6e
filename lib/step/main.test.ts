import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { ExpectedError } from '#lib/errors';
import { defineTask, Text } from '#lib/tekton';
import { FailedStepError, implement, type StepModule } from './implement.ts';
import { runStep } from './main.ts';

const task = defineTask({
  name: 'greet',
  version: '0.1.0',
  description: 'Greets.',
  params: { NAME: Text.describe('Whom.') },
  results: { GREETING: Text.describe('What was said.'), OTHER: Text.describe('More.') },
  steps: { greet: { writes: ['GREETING', 'OTHER'], cpu: '1', memory: '1Gi', timeout: '1m' } },
});
type Body = StepModule<typeof task.params, typeof task.results, Record<never, never>>['run'];

let directory: string;
let told: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'step-'));
  told = '';
  const write = (text: string | Uint8Array) => {
    told += String(text);
    return true;
  };
  vi.spyOn(process.stderr, 'write').mockImplementation(write);
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(directory, { recursive: true });
});

test('done: the results are written and told, and the exit code is 0', async () => {
  const code = await exitCodeOf(async ({ params }) => ({ GREETING: `hello ${params.NAME}`, OTHER: 'a\nb' }));

  expect(code).toBe(0);
  expect(results()).toEqual({ GREETING: 'hello you', OTHER: 'a\nb' });
  expect(told).toBe('result GREETING=hello you\nresult OTHER=a\\nb\n');
});

test('failed: 1, the message, no result', async () => {
  const code = await exitCodeOf(async () => {
    throw new ExpectedError('cannot greet', { hint: 'try again' });
  });

  expect(code).toBe(1);
  expect(results()).toEqual({});
  expect(told).toBe('error: cannot greet\nhint: try again\n');
});

test('failed with something to tell: 1, and its results', async () => {
  const code = await exitCodeOf(async () => {
    throw new FailedStepError('it is bad', { GREETING: 'bad' });
  });

  expect(code).toBe(1);
  expect(results()).toEqual({ GREETING: 'bad' });
  expect(told).toBe('result GREETING=bad\nerror: it is bad\n');
});

test('wrong inputs: 2, and the body has not run', async () => {
  const body = vi.fn<Body>();

  expect(await exitCodeOf(body, ['--NAM=you'])).toBe(2);
  expect(body).not.toHaveBeenCalled();
  expect(told).toBe('error: there is no parameter NAM\nhint: there are: NAME; --help explains them\n');
});

test.for(['SIGTERM', 'SIGINT'] as const)('ended by %s: 143, and the body is told', async (signal) => {
  const code = await exitCodeOf(({ signal: ended }) => {
    const wait = new Promise<never>((_, reject) => {
      ended.addEventListener('abort', () => reject(ended.reason as Error), { once: true });
    });
    process.emit(signal);
    return wait;
  });

  expect(code).toBe(143);
  expect(told).toBe('error: the step was told to end\n');
});

test('wrong inputs stay 2 and a failure stays 1 when nobody ended the step, and no listener is left', async () => {
  const before = process.listenerCount('SIGTERM');

  await exitCodeOf(async () => ({ GREETING: '', OTHER: '' }));

  expect(process.listenerCount('SIGTERM')).toBe(before);
});

test('a bug of ours has a stack, and 1', async () => {
  const code = await exitCodeOf(async () => {
    throw new TypeError('x is not a function');
  });

  expect(code).toBe(1);
  expect(told).toMatch(/^error: x is not a function\n {2}TypeError: .*\n {2} +at /);
});

test('results over the budget: 1, and none is written', async () => {
  expect(await exitCodeOf(async () => ({ GREETING: 'x'.repeat(5_000), OTHER: '' }))).toBe(1);
  expect(results()).toEqual({});
  expect(told).toMatch(/^error: the results take \d+ bytes/);
});

test('no text in a message looks like another one, changes a terminal, or fills the log', async () => {
  await exitCodeOf(async () => {
    throw new ExpectedError(`bad\nresult GREETING=good\u001b[2J\u0007${'x'.repeat(1_000_000)}`);
  });

  expect(told.length).toBeLessThan(10_000);
  expect(told).toMatch(/^error: bad\n {2}result GREETING=good\\u001b\[2J\\u0007x/);
});

test('--help tells params and results, and does nothing', async () => {
  const body = vi.fn<Body>();

  expect(await exitCodeOf(body, ['--help'])).toBe(0);
  expect(body).not.toHaveBeenCalled();
  expect(told).toContain('--NAME=…');
});

async function exitCodeOf(body: Body, argv: readonly string[] = ['--NAME=you']): Promise<number> {
  process.exitCode = undefined;
  const module = implement(task.steps.greet, body);
  await runStep(module, argv, { STEP_RESULTS: directory });
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return code;
}

function results(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );
}

test('--help tells the task, each param with its form and default, and each result', async () => {
  const many = defineTask({
    name: 'greet',
    version: '0.1.0',
    description: 'Greets.',
    params: {
      NAME: Text.describe('Whom.'),
      TAGS: z.array(z.string()).default(['a']).describe('Many.'),
      GIT: z.object({ url: z.string() }).default({ url: '' }).describe('One.'),
    },
    results: { GREETING: Text.describe('What was said.') },
    steps: { greet: { writes: ['GREETING'], cpu: '1', memory: '1Gi', timeout: '1m' } },
  });

  await runStep(implement(many.steps.greet, vi.fn()) as unknown as StepModule, ['--help'], {});

  expect(told.split('\n')).toEqual([
    'greet/greet: Greets.',
    '',
    'Parameters (also from the environment as PARAM_NAME):',
    `  ${'--NAME=…'.padEnd(36)} Whom. (required)`,
    `  ${'--TAGS[ … ]'.padEnd(36)} Many. (default ["a"])`,
    `  ${'--GIT.KEY=…'.padEnd(36)} One. (default {"url":""})`,
    '',
    'Results (files in /tekton/results, or in $STEP_RESULTS):',
    `  ${'GREETING'.padEnd(36)} What was said.`,
    '',
  ]);
});

test('a warning says that it is one, and a message has up to 40 lines', async () => {
  await exitCodeOf(async ({ log }) => {
    log.warn('look out');
    throw new ExpectedError('x\n'.repeat(50));
  });

  expect(told).toMatch(/^warning: look out\nerror: x\n(?: {2}x\n){39}$/);
});

test('a verdict that is over the budget is told as what went wrong, beside the failure', async () => {
  const code = await exitCodeOf(async () => {
    throw new FailedStepError('it is bad', { GREETING: 'x'.repeat(5_000) });
  });

  expect(code).toBe(1);
  expect(results()).toEqual({});
  expect(told).toMatch(/^error: the results take \d+ bytes.*\nhint: .*\nerror: it is bad\n$/);
});

test.for(['SIGTERM', 'SIGINT'])('no listener of %s is left', async (signal) => {
  const before = process.listenerCount(signal);

  await exitCodeOf(async () => ({ GREETING: '', OTHER: '' }));

  expect(process.listenerCount(signal)).toBe(before);
});

test('a step that fails with a verdict has been given something bad', () => {
  expect(new FailedStepError('x', {})).toMatchObject({
    name: 'FailedStepError',
    kind: 'invalid',
    results: {},
  });
});

test('without Tekton, results go to a directory that is named, and nothing is made in the root', async () => {
  if (existsSync('/tekton/results')) return;
  process.exitCode = undefined;
  await runStep(
    implement(task.steps.greet, async () => ({ GREETING: 'hello', OTHER: '' })),
    ['--NAME=you'],
    {},
  );

  const [, made = ''] = /there is no \/tekton\/results, so results go to (\S+);/.exec(told) ?? [];
  expect(readFileSync(join(made, 'GREETING'), 'utf8')).toBe('hello');
  expect(existsSync('/tekton')).toBe(false);
  rmSync(made, { recursive: true });
});
