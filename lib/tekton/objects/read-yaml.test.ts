import { expect, test } from 'vitest';
import { generatedRuns, randomFrom } from '#test/generated';
import { yamlOfClusters } from '#test/yaml-reference/meanings';
import { excerptAt } from './excerpt.ts';
import { locate } from './locate.ts';
import { readYaml } from './read-yaml.ts';

const meanings = await yamlOfClusters();

const scalars = `
. -. +. ._ .e1 .5 -.5 +.5e3 5. 0_ 0o17 017 08 0b11 -0b1 0x1F 0xg 1_000 1__2 _1 1:30 190:20:30 1e3 1e 1e400 1.2.3
12345678901234567890 18446744073709551615 18446744073709551616 -9223372036854775809 123456789012345678901234
y n yes No on off true True null ~ Null 2001-01-01 2001-12-14t21:59:43.10-05:00 = - a#b a:b http://x:80/y?z=#w
!!str 1|!!int 3|!!float '3'|!!binary aGk=|'it''s'|"a\\x41\\u0042"|"x\\
  y"|@x|%x|- b|? b`
  .split(/[|\n]/)
  .flatMap((line) => (/^(?:!!|['"]|- |\? )/.test(line) ? [line] : line.split(' ')))
  .filter((one) => one !== '');

const collections = [
  'a: [\n1,\n2\n]',
  'a: [{\n  b: c,\n  d: e\n}]',
  'spec:\n  params: [{\n    name: a,\n    value: "1"\n  }]',
  'a:\n  b: [{\n    c: d\n  }]',
  'a: {\nb: c\n}\nd: e',
  'a:\n  - {\n  x: z\n}\n  - f',
  '{\n"a": {\n"b": [\n1, {"c": null}\n]\n}\n}',
  'a: [b,\n# c\nd]',
  'a: ["x\n\n  y", \'z\n  w\']',
  'a: [b c\nd e, f]',
  'a: [',
  'a: {b: c',
  'a: [b]: c',
  'a: [b,]',
  'a: [,]',
  '- - a\n  - b',
  'a:\n- b\n- c: d\n  e: f',
  'a: &x {b: c}\nd: {<<: *x, e: f}',
  'a: &x b\nc: *x\n*x : d',
  'a: &a [*a]',
  'a: *x',
  '? [a]\n: b',
  '? a\n',
  '~: a',
  '1: a\ntrue: b\n0x10: c\n1.5: d',
  '12345678901234567: x',
  'a: |\n  x\n  y\n',
  'a: >-\n  x\n  y\n\n  z\n',
  'a: |+\n  x\n\n',
  'a: |2\n   x\n',
  'a: x\r\nb: c\r\n',
  '\ufeffa: b',
  'a: x\u0007',
  'a: "\\uD800"',
  'a:\n\tb: c',
  'a: !!set {x, z}',
  'a: !!omap [x: 1]',
  'a: !foo {b: c}',
  '',
  '# c',
  '--- a\n...\n',
] as const;

test.skipIf(!meanings)('known texts mean what they mean to sigs.k8s.io/yaml', async () => {
  const flows = scalars.filter(mayFlow).flatMap((one) => [`[${one}, b]`, `a: {b: ${one}}`]);
  const texts = [...scalars.map((one) => `a: ${one}`), ...flows, ...collections];

  const theirs = (await meanings?.(texts)) ?? [];

  expect(theirs).toHaveLength(texts.length);
  expect(differences(texts, theirs)).toEqual([]);
});

for (const { count, seed, record } of generatedRuns('YAML', { soak: 100_000, ci: 2_000, test: 500 })) {
  test.skipIf(!meanings)(`${count} documents mean what they mean to it (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const texts = Array.from({ length: count }, () => documentFrom(random));

    const theirs = (await meanings?.(texts)) ?? [];

    expect(theirs).toHaveLength(count);
    // Most of them must be documents, or nothing is shown.
    expect(theirs.filter((one) => !one.startsWith('refused')).length).toBeGreaterThan(count / 2);
    expect(differences(texts, theirs)).toEqual([]);
    record({ cases: count, against: 'sigs.k8s.io/yaml', found: 'nothing' });
  });
}

test('what is refused says where', () => {
  const [document] = readYaml('a: 1\nb: [\n  1\nc: 2\n');

  expect(document?.problem).toContain('Implicit keys');
  expect(document?.place).toEqual({ line: 3, column: 3 });
});

test.for([
  ['a list of aliases of lists of aliases', bomb(9), 'document contains excessive aliasing'],
  ['a value that contains itself', 'a: &a [*a]', 'an anchor has a value that contains itself'],
  ['100,000 lists in each other', '['.repeat(100_000), 'nested too deeply'],
  ['a key without a name', '~: a', 'a key is nothing'],
] as const)('%s is no document', ([, text, problem]) => {
  expect(readYaml(text)[0]?.problem).toContain(problem);
});

test('a thousand aliases of a small value are no bomb', () => {
  const [document] = readYaml(`a: &a {b: c}\nd: [${'*a, '.repeat(1_000)}]`);

  expect(document?.problem).toBeUndefined();
});

const TEXT = `apiVersion: v1
metadata:
  labels: { app.kubernetes.io/name: x }
spec:
  tasks:
    - name: a
      params: [{name: b, value: "1"}]
    - &two
      name: c
      when:
        - cel: true
  finally: [*two]
`;

test.for([
  ['spec.tasks[0].params[0].value', 7, 33],
  ['spec.tasks[1].when[0].cel', 11, 16],
  ['spec.tasks[1].when', 10, 7],
  ['spec.tasks[c].name', 9, 13],
  ['spec.finally[0].name', 9, 13],
  ['metadata.labels.app.kubernetes.io/name', 3, 37],
  ['spec.tasks[0].taskSpec.steps', 6, 7],
  ['', 1, 1],
] as const)('%s stands at %d:%d', ([path, line, column]) => {
  const [document] = readYaml(TEXT);

  expect(document && locate(document, path, 'value')).toEqual({ line, column });
});

test('an excerpt shows the line and the one before, with a mark, and no control character', () => {
  expect(excerptAt('a: 1\nb:\u0007 c: 2\n', { line: 2, column: 5 })).toBe('a: 1\nb:\\u0007 c: 2\n         ^');
});

/** In a flow collection go-yaml takes `-`, `x:` and `:x` otherwise than YAML 1.2 does, and no `?`. */
function mayFlow(text: string): boolean {
  return !/^-$|^:|:$|[?]/.test(text);
}

function differences(texts: readonly string[], theirs: readonly string[]): readonly unknown[] {
  return texts.flatMap((text, index) => {
    const [ours, other] = [meaning(text), theirs[index] ?? ''];
    const isSame = ours.startsWith('refused') ? other.startsWith('refused') : ours === sortedJson(other);
    return isSame ? [] : [{ text, ours, theirs: other }];
  });
}

function meaning(text: string): string {
  const [document] = readYaml(text);
  if (!document) return 'null';
  const problem = document.problem ?? document.duplicates[0];
  return problem === undefined ? sortedJson(JSON.stringify(document.content ?? null)) : `refused: ${problem}`;
}

/** Keys in one order, and numbers as they are written. */
function sortedJson(json: string): string {
  if (json.startsWith('refused')) return json;
  const keep = (_: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value)
      ? `number ${exact(context.source ?? '')}`
      : value;
  const parsed: unknown = JSON.parse(json, keep as (key: string, value: unknown) => unknown);
  return JSON.stringify(parsed, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function exact(source: string): string {
  return /^-?\d+$/.test(source) ? source : String(Number(source));
}

function bomb(levels: number): string {
  const line = (level: number) =>
    `${String.fromCharCode(98 + level)}: &${String.fromCharCode(98 + level)} [${Array(9)
      .fill(`*${String.fromCharCode(97 + level)}`)
      .join(',')}]`;
  return ['a: &a [x,x,x,x,x,x,x,x,x]', ...Array.from({ length: levels }, (_, level) => line(level))].join(
    '\n',
  );
}

/** A map of some fields, in block or flow style, at indents that are right for go-yaml. */
function documentFrom(random: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const chars = '0123456789._+-eExXobnaf~yYnN:'.split('');
  const noise = () => Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(chars)).join('');
  const plain = () => (random() < 0.5 ? noise() : pick(scalars.filter((one) => !/[\s!"'@%?]/.test(one))));
  const flow = (depth: number): string => {
    const kind = depth > 2 ? 0.9 : random();
    const gap = () => pick(['', ' ', '\n', '\n  ', '\n      ']);
    const parts = depth > 2 ? [] : Array.from({ length: Math.floor(random() * 3) }, () => flow(depth + 1));
    if (kind < 0.3) return `[${gap()}${parts.join(`,${gap()}`)}${gap()}]`;
    if (kind < 0.6) return `{${gap()}${parts.map((one, at) => `k${at}: ${one}`).join(`,${gap()}`)}${gap()}}`;
    const text = plain();
    return pick([mayFlow(text) ? text : 'x', `"${noise()}"`, `'${noise()}'`]);
  };
  const block = (depth: number, indent: string): string => {
    const count = 1 + Math.floor(random() * 3);
    const isList = random() < 0.4;
    return Array.from({ length: count }, (_, at) => {
      const head = isList ? '-' : `k${at}:`;
      if (depth < 3 && random() < 0.4) return `${indent}${head}\n${block(depth + 1, `${indent}  `)}`;
      return `${indent}${head} ${random() < 0.5 ? plain() : flow(0)}`;
    }).join('\n');
  };
  return block(0, '');
}
