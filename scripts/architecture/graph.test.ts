import { expect, test } from 'vitest';
import { countRooms } from './count.ts';
import { circlesOf, floorsOf } from './graph.ts';
import { importsOf, readImports } from './imports.ts';
import { walksOf } from './walks.ts';

const graph = (arrows: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(arrows).map(([room, below]) => [room, new Set(below)]));

test('finds imports of every form, types and late ones too, and no package', () => {
  const text = `
import type { A } from './a.ts';
import {
  b,
} from '../b.ts';
import './c.ts';
import z from 'zod';
export * from '#lib/d';
export type { E } from '#test/e/e';
const f = await import('./f.ts');
`;

  expect([...importsOf('lib/x/y/z.ts', text)].sort()).toEqual([
    'lib/d/index.ts',
    'lib/x/b.ts',
    'lib/x/y/a.ts',
    'lib/x/y/c.ts',
    'lib/x/y/f.ts',
    'test/support/e/e.ts',
  ]);
});

test('rooms that import each other at any distance are a circle, once', () => {
  const found = circlesOf(graph({ a: ['b'], b: ['c'], c: ['a', 'd'], d: [], e: ['e', 'a'] }));

  expect(found).toEqual([['a', 'b', 'c'], ['e']]);
});

test('a room stands one floor above the highest that it imports; a circle stands on one', () => {
  const floors = floorsOf(
    graph({ top: ['left', 'ground'], left: ['right'], right: ['left', 'ground'], ground: [] }),
  );

  expect(Object.fromEntries(floors)).toEqual({ top: 3, left: 2, right: 2, ground: 1 });
});

test('counts a folder from inside: its files and folders are rooms, its index is none', () => {
  const imports = readImports(
    new Map([
      ['lib/x/index.ts', "export { a } from './a.ts';"],
      ['lib/x/a.ts', "import { b } from './deep/b.ts';\nimport { c } from './deep/c.ts';"],
      ['lib/x/deep/b.ts', "import { c } from './c.ts';"],
      ['lib/x/deep/c.ts', ''],
    ]),
  );

  expect(countRooms(imports)).toEqual([
    { folder: 'lib/x', rooms: 2, arrows: 1, floors: 2, inCircles: 0 },
    { folder: 'lib/x/deep', rooms: 2, arrows: 1, floors: 2, inCircles: 0 },
  ]);
});

test('reads walks, their legs, and nothing of what is said beside a file', () => {
  const page = '### From `a` to b\n\n```text\na.ts   says `x`\nb.ts\n\nc.ts\nd.ts\n```\n';

  expect(walksOf(page)).toEqual([
    {
      name: 'From `a` to b',
      legs: [
        ['a.ts', 'b.ts'],
        ['c.ts', 'd.ts'],
      ],
    },
  ]);
});
