import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { foldersOf } from '../scripts/architecture/count.ts';
import { circlesOf, floorsOf, type Graph, roomGraph } from '../scripts/architecture/graph.ts';
import { readImports } from '../scripts/architecture/imports.ts';
import { withTables } from '../scripts/architecture/page.ts';
import { isDoor, layerOf, roomIn, TOP } from '../scripts/architecture/rooms.ts';
import { isTest, root, sourcesHere } from '../scripts/architecture/sources.ts';
import { AT_A_GLANCE, lists, pastDoors, sideDoors, tables } from '../scripts/architecture/tables.ts';
import { walksOf } from '../scripts/architecture/walks.ts';

const texts = sourcesHere();
const imports = readImports(texts);
/** What stands in a folder; a file of the root is the setting of a tool. */
const sources = [...imports.keys()].filter((file) => file.includes('/') && !isTest(file));
const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');

const graphOf = (folder: string): Graph => {
  const rooms = Object.keys(tables[folder] ?? {});
  const files = sources.filter((file) => !file.startsWith('bin/') && (folder === TOP || !isDoor(file)));
  return roomGraph(new Map(files.map((file) => [file, targetsOf(file)])), (file) =>
    roomIn(folder, file, rooms),
  );
};
const targetsOf = (file: string): readonly string[] => imports.get(file) ?? [];

test.for(Object.entries(tables))(
  'the arrows of %s are those of its table, and all go down',
  ([folder, floors]) => {
    const used = [...graphOf(folder)].flatMap(([room, below]) =>
      Array.from(below, (one) => `${room} > ${one}`),
    );
    const allowed = Object.entries(floors).flatMap(([room, below]) => below.map((one) => `${room} > ${one}`));
    const order = Object.keys(floors);

    expect({
      newArrows: used.filter((arrow) => !allowed.includes(arrow)),
      unusedArrows: allowed.filter((arrow) => !used.includes(arrow)),
      newRooms: [...graphOf(folder).keys()].filter((room) => !order.includes(room)),
      goneRooms: order.filter((room) => !graphOf(folder).has(room)),
      arrowsUp: order.filter((room, index) => floors[room]?.some((one) => order.indexOf(one) >= index)),
    }).toEqual({ newArrows: [], unusedArrows: [], newRooms: [], goneRooms: [], arrowsUp: [] });
  },
);

test('every folder of lib is in the table', () => {
  const folders = readdirSync(join(root, 'lib')).map((folder) => `lib/${folder}`);

  expect(folders.filter((folder) => !(folder in (tables[TOP] ?? {})))).toEqual([]);
});

test('no files import each other, types included', () => {
  const graph = new Map(sources.map((file) => [file, new Set(targetsOf(file))]));

  expect(circlesOf(graph)).toEqual([]);
});

test('in every folder the rooms stand on floors: none of them import each other', () => {
  const circles = foldersOf(sources).map((folder) => [folder, circlesOf(graphOf(folder))] as const);

  expect(circles.filter(([, found]) => found.length > 0)).toEqual([]);
});

test('whoever comes from outside comes in by a door', () => {
  const through = (target: string) =>
    !target.startsWith('lib/') || target === `${layerOf(target)}/index.ts` || target in sideDoors;
  const past = [...imports].filter(([file, targets]) =>
    targets.some((target) => layerOf(target) !== layerOf(file) && !through(target)),
  );

  expect(past.map(([file]) => file).sort()).toEqual(Object.keys(pastDoors).sort());
});

test.for(Object.keys(sideDoors))('the door %s is used', (door) => {
  const users = [...imports].filter(
    ([file, targets]) => targets.includes(door) && layerOf(file) !== layerOf(door),
  );

  expect(users).not.toEqual([]);
});

test('ARCHITECTURE.md shows these tables', () => {
  // Else: node scripts/architecture.ts
  expect(withTables(page)).toBe(page);
});

const legs = walksOf(page).flatMap(({ name, legs }) => legs.map((leg) => [name, leg] as const));

test('ARCHITECTURE.md tells three walks', () => {
  expect(walksOf(page).map(({ name }) => name)).toEqual([
    'From a pipeline’s param to the argument of buildah',
    'From a registry’s answer to an exit code',
    'From `run` to a container',
  ]);
});

test.for(legs)(
  '%s: each file imports the next, on a lower floor, and no room is entered twice',
  ([, leg]) => {
    const floors = floorsOf(new Map(sources.map((file) => [file, new Set(targetsOf(file))])));
    const steps = leg.slice(1).map((to, index) => [leg[index] ?? '', to] as const);
    const rooms = leg.map(dirname).filter((room, index, all) => room !== all[index - 1]);

    expect(leg.length).toBeGreaterThan(1);
    expect(steps.filter(([from, to]) => !targetsOf(from).includes(to))).toEqual([]);
    expect(steps.filter(([from, to]) => (floors.get(from) ?? 0) <= (floors.get(to) ?? 0))).toEqual([]);
    expect(rooms).toEqual([...new Set(rooms)]);
  },
);

/** Written by hand, tests included. */
const written = [...texts.keys()].filter((file) => !file.endsWith('.gen.ts'));

test('a folder can be taken in at a glance, or is a list of like things', () => {
  const full = foldersOf(written).filter(
    (folder) => written.filter((file) => !isTest(file) && dirname(file) === folder).length > AT_A_GLANCE,
  );

  expect(full).toEqual(Object.keys(lists).sort());
});

/** They grow while the release tasks are written, and are split by subject then; biome.json names them, too. */
const inWork: ReadonlySet<string> = new Set([
  'lib/cluster-api/cluster-api.test.ts',
  'lib/promote/promote.test.ts',
  'tasks/push-snapshot/push-snapshot.test.ts',
]);

test('files are short: the median below 70 lines, none over 300', () => {
  const lengths = written.map((file) => [lines(file), file] as const).sort(([a], [b]) => a - b);
  const [median] = lengths[Math.floor(lengths.length / 2)] ?? [0];

  expect(lengths.length).toBeGreaterThan(500);
  expect(median).toBeLessThan(70);
  expect(lengths.filter(([length, file]) => length > 300 && !inWork.has(file))).toEqual([]);
});

function lines(file: string): number {
  return (texts.get(file) ?? '').trimEnd().split('\n').length;
}

test('what two tasks share lives in lib', () => {
  const shared = sources.filter((file) =>
    targetsOf(file).some(
      (to) => file.startsWith('tasks/') && to.startsWith('tasks/') && folderOf(to) !== folderOf(file),
    ),
  );

  expect(shared).toEqual([]);
});

test('a pipeline sees the definition of a task, never its steps', () => {
  const seen = sources.filter((file) => file.startsWith('pipelines/')).flatMap(targetsOf);

  expect(seen.filter((path) => path.startsWith('tasks/') && !path.endsWith('/task.ts'))).toEqual([]);
});

test("Tekton's language is pure: it imports itself and the types of the API, and no package", () => {
  const files = sources.filter((file) => file.startsWith('lib/tekton/language/'));
  const others = files.flatMap(targetsOf).filter((path) => !path.startsWith('lib/tekton/language/'));
  const packages = files.flatMap((file) => (texts.get(file) ?? '').match(/from '[^.'][^']*'/g) ?? []);

  expect(files.length).toBeGreaterThan(5);
  expect([...new Set(others)]).toEqual(['lib/tekton/objects/api.gen.ts']);
  expect(packages).toEqual([]);
});

test.for(sources.filter((file) => /^(?:tasks|pipelines|bundles)\//.test(file)))('%s has no cast', (file) => {
  const source = texts.get(file) ?? '';
  // Types become blanks, so what stands there alone is a cast and no word of a text.
  const stripped = stripTypeScriptTypes(source);
  const casts = [...source.matchAll(/\bas\b(?!\s+const\b).*/g)].filter(
    ({ index }) => stripped[index] === ' ',
  );
  const lines = casts.map(
    ({ index }) => source.slice(source.lastIndexOf('\n', index) + 1).split('\n')[0] ?? '',
  );

  expect(
    lines.filter((line) => !/^(?:import\b|export (?:type )?[{*]|\s*(?:\/\*|\*|\/\/))/.test(line)),
  ).toEqual([]);
});

function folderOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
