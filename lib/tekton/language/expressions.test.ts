import { expect, test } from 'vitest';
import { expressionsIn, expressionsOf, expressionsOfWhen, wholeExpression } from './expressions.ts';

// variableSubstitutionFormat, pkg/apis/pipeline/v1/resultref.go.
test.for([
  ['', []],
  ['text', []],
  ['(params.a)', []],
  ['$(params.a) and $(tasks.b.results.c[1]).$(d[*])', ['params.a', 'tasks.b.results.c[1]', 'd[*]']],
  ['$$(params.a)', ['params.a']],
  ['$(params.a$(params.b))', ['params.b']],
  ['$(params["a"]) $(a b) $() $(a[x]) $(a', []],
] as const)('the variables in %j are %j', ([text, expressions]) => {
  expect(expressionsIn(text)).toEqual(expressions);
});

test('a text is a variable where nothing stands beside it', () => {
  expect(wholeExpression('$(params.a[*])')).toBe('params.a[*]');
  expect(wholeExpression('$(params.a) ')).toBeUndefined();
  expect(wholeExpression('$(params.a)$(params.b)')).toBeUndefined();
  expect(wholeExpression('$(undefined')).toBeUndefined();
});

test('a list and the values of an object are looked through', () => {
  expect(expressionsOf('$(a)')).toEqual(['a']);
  expect(expressionsOf(['$(a)', 'x', '$(b)'])).toEqual(['a', 'b']);
  expect(expressionsOf({ '$(key)': '$(a)', x: '$(b)' })).toEqual(['a', 'b']);
});

test('a when expression has its input, its values and its CEL', () => {
  expect(expressionsOfWhen({ input: '$(a)', operator: 'in', values: ['$(b)', '$(c)'] })).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(expressionsOfWhen({ cel: "'$(a)' == 'x'" })).toEqual(['a']);
  expect(expressionsOfWhen({})).toEqual([]);
});
