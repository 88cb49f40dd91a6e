import { expect, test } from 'vitest';
import * as z from 'zod';
import { InvalidInputError, implement } from '#lib/step';
import { Count, defineTask, Text } from '#lib/tekton';
import { runStepWith } from './index.ts';

const task = defineTask({
  name: 'task',
  version: '0.1.0',
  description: 'Tells what it gets.',
  params: {
    word: Text,
    many: z.array(z.string()).default([]),
    map: z.object({ a: z.string(), b: z.string() }).default({ a: '', b: '' }),
    depth: Count.default(1),
  },
  results: { got: Text },
  workspaces: { source: { description: 'Sources.' } },
  steps: { tell: { cpu: '1', memory: '1Gi', writes: ['got'] } },
});
const step = implement(task.steps.tell, async ({ params, workspaces, log, tool }) => {
  log.info(`depth ${params.depth + 1}`);
  await tool('echo', [workspaces.source]);
  return { got: [params.word, ...params.many, params.map.a, params.map.b].join(' ') };
});

test('gives a step what Tekton would give it, and its defaults', async () => {
  const lines: string[] = [];

  const { got } = await runStepWith(
    step,
    { word: 'a=b', many: ['c', ']'], map: { a: 'x', b: 'y' } },
    { workspaces: { source: '/src' }, lines },
  );

  expect(got).toBe('a=b c ] x y');
  expect(lines).toEqual(['depth 2', '/src']);
});

test.for([
  ['a param that is missing', {}],
  ['one that does not fit', { word: 'a', depth: 'deep' }],
  ['one that there is not', { word: 'a', words: 'b' }],
] as const)('refuses %s as the runtime does', async ([, params]) => {
  await expect(runStepWith(step, params, { workspaces: { source: '/' } })).rejects.toThrow(InvalidInputError);
});

test('hands over the signal', async () => {
  const waiting = implement(task.steps.tell, async ({ signal }) => ({ got: String(signal.aborted) }));

  const { got } = await runStepWith(
    waiting,
    { word: 'a' },
    { workspaces: { source: '/' }, signal: AbortSignal.abort() },
  );

  expect(got).toBe('true');
});
