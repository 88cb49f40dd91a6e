import { expect, test } from 'vitest';
import { graphOf, graphProblems } from './graph.ts';

const messages = (...tasks: object[]) => graphProblems(graphOf(tasks)).map(({ message }) => message);

// getInterdependencyError, pkg/reconciler/pipeline/dag/dag.go: the first by name of those that cannot be ordered.
test('who waits for a cycle is named, and then the cycle', () => {
  expect(
    messages({ name: 'a', runAfter: ['b'] }, { name: 'b', runAfter: ['c'] }, { name: 'c', runAfter: ['b'] }),
  ).toEqual(['cycle detected; task "a" depends on "b" (b -> c -> b)']);
});

test('all that it waits for and that cannot be ordered is named, and nothing else', () => {
  expect(
    messages(
      { name: 'free' },
      { name: 'a', runAfter: ['c', 'free', 'b'] },
      { name: 'b', runAfter: ['a'] },
      { name: 'c', runAfter: ['a', 'unknown'] },
    ),
  ).toEqual(['cycle detected; task "a" depends on "b", "c" (a -> b -> a)']);
});

test('every unknown task is named', () => {
  expect(messages({ name: 'a', runAfter: ['x', 'y'] })).toEqual([
    "couldn't add link between a and x: task a depends on x but x wasn't present in Pipeline",
    "couldn't add link between a and y: task a depends on y but y wasn't present in Pipeline",
  ]);
});

test('what very many wait for is ordered', () => {
  const tasks = Array.from({ length: 20_000 }, (_, index) => ({
    name: `t${index}`,
    ...(index > 0 && { runAfter: ['t0'] }),
  }));

  expect(messages(...tasks)).toEqual([]);
});

test('a long chain is ordered', () => {
  const tasks = Array.from({ length: 5_000 }, (_, index) => ({
    name: `t${index}`,
    ...(index > 0 && { runAfter: [`t${index - 1}`] }),
  }));

  expect(messages(...tasks)).toEqual([]);
});

test('of several cycles the first by name is told', () => {
  expect(
    messages(
      { name: 'z', runAfter: ['y'] },
      { name: 'y', runAfter: ['z'] },
      { name: 'b', runAfter: ['a'] },
      { name: 'a', runAfter: ['b'] },
    ),
  ).toEqual(['cycle detected; task "a" depends on "b" (a -> b -> a)']);
});

test('a task with several parents is ordered when the last of them is', () => {
  const tasks = [
    { name: 'd', runAfter: ['a', 'b', 'c'] },
    { name: 'c', runAfter: ['b'] },
    { name: 'b' },
    { name: 'a' },
  ];

  expect(messages(...tasks)).toEqual([]);
  expect([...graphOf(tasks)]).toEqual([
    ['d', ['a', 'b', 'c']],
    ['c', ['b']],
    ['b', []],
    ['a', []],
  ]);
});

test('who is waited for, by order and by result, is named once', () => {
  const params = [{ name: 'p', value: '$(tasks.b.results.r) $(tasks.a.results.r)' }];

  expect(graphOf([{ name: 'c', runAfter: ['b'], params }]).get('c')).toEqual(['a', 'b']);
});
