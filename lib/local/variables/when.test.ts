import { expect, test } from 'vitest';
import { paramReplacements } from './substitute.ts';
import { allows, evaluate, substituteWhen } from './when.ts';

// pkg/apis/pipeline/v1/when_types.go: text is compared, nothing else.
test.for([
  [{ input: 'a', operator: 'in', values: ['a', 'b'] }, true],
  [{ input: 'A', operator: 'in', values: ['a'] }, false],
  [{ input: 'a', operator: 'notin', values: ['a'] }, false],
  [{ input: '', operator: 'in', values: [''] }, true],
  [{ input: 'c', operator: 'notin', values: ['a', 'b'] }, true],
  [{ cel: "'main' == 'main'" }, true],
  [{ cel: "'v1.2'.matches('^v[0-9]') && !('x' in ['y'])" }, true],
  [{ cel: "'1' == '2'" }, false],
] as const)('%j is %s', ([expression, expected]) => {
  expect(allows([expression])).toBe(expected);
});

test('all expressions must hold, and none is enough', () => {
  expect(allows([])).toBe(true);
  expect(
    allows([
      { input: 'a', operator: 'in', values: ['a'] },
      { input: 'a', operator: 'in', values: ['b'] },
    ]),
  ).toBe(false);
});

test.for([
  ['main == "x"', 'CELEvaluationFailed'],
  ['1 + 1', 'CELEvaluationFailed'],
  ["'a' ==", 'CELEvaluationFailed'],
] as const)('refuses the expression %s', ([cel, reason]) => {
  expect(() => evaluate(cel)).toThrow(expect.objectContaining({ reason }));
});

// applyReplacementsAsString: an array as input is its JSON; in values it is its elements.
test('an array becomes JSON as input and elements among the values', () => {
  const replacements = paramReplacements([{ name: 'list', value: ['a', 'b'] }]);
  const expressions = [{ input: '$(params.list[*])', operator: 'in', values: ['x', '$(params.list[*])'] }];

  expect(substituteWhen(expressions, replacements)).toEqual([
    { input: '["a","b"]', operator: 'in', values: ['x', 'a', 'b'] },
  ]);
});

test('a pattern takes time by its length, as one of RE2 does', () => {
  const started = process.cpuUsage().user;

  expect(evaluate(`'${'a'.repeat(60)}!'.matches('^(a+)+$')`)).toBe(false);
  expect(evaluate("['abc'].exists(one, one.matches('b+')) && !'abc'.matches('^b')")).toBe(true);
  // One of JavaScript's would take years.
  expect(process.cpuUsage().user - started).toBeLessThan(2_000_000);
  // RE2 has no look-ahead.
  expect(() => evaluate("'a'.matches('(?=a)')")).toThrow('cannot evaluate the CEL expression');
});
