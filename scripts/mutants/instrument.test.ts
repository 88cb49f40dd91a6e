import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { decidingFiles, mutatedFolders } from './folders.ts';
import { instrument } from './instrument.ts';
import { parse } from './mutants-of.ts';

/** Each mutant of a source as `what -> instead`. */
const changes = (source: string) => parse(source).map(({ from, to }) => `${from} -> ${to}`);

/** The value of a function's body with one mutant of it, or with none. */
function resultOf(body: string, mutant = -1): unknown {
  const source = `function f(a, b) { ${body} }`;
  const code = instrument(source, parse(source), 0);
  const program: (isMutant: (id: number) => boolean) => unknown = runInThisContext(
    `(__isMutant) => { ${code}; return f(1, undefined); }`,
  );
  return program((id) => id === mutant);
}

test.for([
  ['a === b', ['=== -> !==', 'a === b -> true', 'a === b -> false']],
  ['a < 1', ['< -> <=', '< -> >=', 'a < 1 -> true', 'a < 1 -> false']],
  ['a ?? b', ['a ?? b -> (a) && (b)']],
  ['a + 1', ['+ -> -']],
  ["a + 'x'", ["'x' -> ''"]],
  ['!a', ['!a -> a']],
  ["''", ["'' -> 'mutant'"]],
  ['`ab`', ["`ab` -> ''"]],
  ['[a]', ['[a] -> []']],
  ['[]', ["[] -> ['mutant']"]],
  ['{ a }', ['{ a } -> {}']],
  ['a?.b.c', ['?. -> .']],
  ['a?.(b)', ['?. -> ']],
  ['a.some(b)', ['some -> every']],
  ['a.slice(1)', ['a.slice(1) -> a']],
  ['/^a[bc]$/', ['/^a[bc]$/ -> /a[bc]$/', '/^a[bc]$/ -> /^a[bc]/', '/^a[bc]$/ -> /^a[^bc]$/']],
  ['a as string', []],
  ["Text.describe('page')", []],
] as const)('%s is changed', ([source, expected]) => {
  expect(changes(`const x = (${source});`)).toEqual(expected);
});

test.for([
  ['if (a) b();', ['a -> true', 'a -> false', 'b(); -> ']],
  ['while (a) a++;', ['a -> false', 'a++; -> ', 'a++ -> --']],
  ['type A = "x"; import b from "y"; export * from "z";', []],
  ['class E extends F { constructor() { super(); } }', []],
] as const)('of %j what runs is changed', ([source, expected]) => {
  expect(changes(source).map((one) => one.replace(/a--$/, '--'))).toEqual(expected);
});

test('without a mutant the code does what it did', () => {
  const body = "if (a) return [b?.c.d, `b`, a + 1, 'x']; else return 0;";

  expect(resultOf(body)).toEqual([undefined, 'b', 2, 'x']);
});

test('a mutant is in force alone', () => {
  const body = "if (a === 1) return [a + 1, 'x']; else return 0;";
  const mutants = changes(`function f(a, b) { ${body} }`);
  const withMutant = (change: string) => resultOf(body, mutants.indexOf(change));

  expect(withMutant('=== -> !==')).toBe(0);
  expect(withMutant('a === 1 -> false')).toBe(0);
  expect(withMutant('+ -> -')).toEqual([0, 'x']);
  expect(withMutant("'x' -> ''")).toEqual([2, '']);
  expect(withMutant("return [a + 1, 'x']; -> ")).toBeUndefined();
});

test('each folder has sources and tests, and of tasks what starts a program is left out', () => {
  for (const { sources, tests } of mutatedFolders()) {
    expect(sources.length).toBeGreaterThan(0);
    expect(tests.length).toBeGreaterThan(0);
  }
  expect(decidingFiles()).toContain('tasks/buildah-bootc/build-arguments.ts');
  expect(decidingFiles()).not.toContain('tasks/buildah-bootc/build.ts');
  expect(decidingFiles()).not.toContain('tasks/make-repos-image/build.ts');
});
