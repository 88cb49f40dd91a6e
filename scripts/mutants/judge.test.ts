import { expect, test } from 'vitest';
import { judge, percent } from './judge.ts';
import { page } from './page.ts';
import { reasonOf, single } from './reasons.ts';
import type { JudgedMutant } from './run-folder.ts';

/** A mutant of a file without reasons of its own. */
function mutant(result: JudgedMutant['result'], more: Partial<JudgedMutant> = {}): JudgedMutant {
  const host = { start: 0, end: 1, isStatement: false };
  return {
    id: 0,
    file: 'lib/konflux/index.ts',
    line: 1,
    host,
    text: '',
    from: 'a',
    to: 'b',
    result,
    ...more,
  };
}

const many = (count: number, result: JudgedMutant['result']) =>
  Array.from({ length: count }, () => mutant(result));

test('85 of 100 must be noticed, by an end that does not come, too', () => {
  const good = judge('x', [...many(84, 'killed'), ...many(1, 'timed out'), ...many(15, 'survived')]);
  const bad = judge('x', [...many(84, 'killed'), ...many(8, 'survived'), ...many(8, 'not reached')]);

  expect(good).toMatchObject({ mutants: 100, killed: 85, problems: [] });
  expect(bad).toMatchObject({ killed: 84, problems: ['x: 84.0 % are noticed, 85.0 % must be'] });
  expect(percent(0.8499)).toBe('84.9 %');
});

test('a reason without a survivor fails', () => {
  const [reason] = single;
  const file = reason?.file ?? '';

  const { problems } = judge('x', [mutant('killed', { file })]);

  expect(problems).toContain(`${file}: a reason for mutants of which none survives: ${reason?.why}`);
});

test('a fallback has a reason where nothing comes to it, and none where something does', () => {
  const line = "const name = groups.name ?? '';";
  const change = { from: "''", to: "'mutant'" };

  expect(reasonOf(mutant('not reached', change), line)).toContain('for the compiler');
  expect(reasonOf(mutant('survived', change), line)).toBeUndefined();
  expect(reasonOf(mutant('not reached', change), "return 'x';")).toBeUndefined();
});

test('the page tells each folder, and each survivor with its reason or that it has none', () => {
  const survivors = [mutant('survived', { from: 'a |\n  b', to: '' }), mutant('not reached')];
  const text = page([judge('lib/x', [...many(98, 'killed'), ...survivors])], 7);

  expect(text).toContain('| lib/x | 100 | 98 | 98.0 % |');
  expect(text).toContain('| lib/konflux/index.ts:1 | `` a \\| b `` | nothing | no test notices |');
  expect(text).toContain('| `` a `` | `` b `` | no test comes here |');
});
