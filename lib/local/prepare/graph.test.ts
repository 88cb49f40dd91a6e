import { expect, test } from 'vitest';
import { buildGraph } from './graph.ts';

test('a task waits for runAfter and for what it takes results from', () => {
  const graph = buildGraph([
    { name: 'a' },
    { name: 'b', runAfter: ['a'] },
    { name: 'c', params: [{ name: 'p', value: 'x $(tasks.b.results.r)' }] },
    { name: 'd', when: [{ input: '$(tasks.a.results.r[0])', operator: 'in', values: ['1'] }] },
    { name: 'e', matrix: { params: [{ name: 'p', value: ['$(tasks.c.results.list[*])'] }] } },
    { name: 'f', taskSpec: { steps: [{ name: 's', script: 'echo $(tasks.d.results.o.key)' }] } },
    { name: 'g', matrix: { include: [{ params: [{ name: 'p', value: '$(tasks.f.results.r)' }] }] } },
  ]);

  expect(Object.fromEntries(graph)).toEqual({
    a: [],
    b: ['a'],
    c: ['b'],
    d: ['a'],
    e: ['c'],
    f: ['d'],
    g: ['f'],
  });
});

// Only the form with dots makes an order (pkg/internal/resultref/resultref.go).
test('brackets and longer paths make no order', () => {
  const graph = buildGraph([
    { name: 'a' },
    { name: 'b', params: [{ name: 'p', value: '$(tasks.a.results["r"]) $(tasks.a.results.r.x.y)' }] },
  ]);

  expect(graph.get('b')).toEqual([]);
});

test.for([
  [
    [
      { name: 'a', runAfter: ['c'] },
      { name: 'b', runAfter: ['a'] },
      { name: 'c', runAfter: ['b'] },
    ],
    'cycle detected; task "a" depends on "c" (a -> c -> b -> a)',
  ],
  [[{ name: 'a', runAfter: ['a'] }], 'cycle detected; task "a" depends on "a"'],
  [[{ name: 'a', runAfter: ['x'] }], "task a depends on x but x wasn't present in Pipeline"],
  [[{ name: 'a' }, { name: 'a' }], "task a is already present in Graph, can't add it again"],
] as const)('refuses %j', ([tasks, message]) => {
  expect(() => buildGraph(tasks)).toThrow(message);
});
