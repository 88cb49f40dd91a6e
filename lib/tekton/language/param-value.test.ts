import { expect, test } from 'vitest';
import { decodeParamValue, paramType, textsOf } from './param-value.ts';

test.for([
  ['', 'string', ['']],
  [['a', 'b'], 'array', ['a', 'b']],
  [[], 'array', []],
  [{ a: '1', b: '2' }, 'object', ['1', '2']],
] as const)('%j is of type %s', ([value, type, texts]) => {
  expect(paramType(value)).toBe(type);
  expect(textsOf(value)).toEqual(texts);
});

// ParamValue.UnmarshalJSON, pkg/apis/pipeline/v1/param_types.go.
test.for([
  ['text', 'text'],
  ['', ''],
  [null, ''],
  [undefined, ''],
  [[], []],
  [
    ['a', null],
    ['a', ''],
  ],
  [
    { a: 'x', b: null },
    { a: 'x', b: '' },
  ],
  [{}, {}],
] as const)('%j is taken as it is', ([value, read]) => {
  expect(decodeParamValue(value)).toEqual({ value: read, isText: false });
});

test.for([
  [1, '1'],
  [true, 'true'],
  [['a', 1], '["a",1]'],
  [[['a']], '[["a"]]'],
  [{ a: 'x', b: { c: 'd' } }, '{"a":"x","b":{"c":"d"}}'],
  [() => undefined, ''],
] as const)('%j becomes the text of its JSON', ([value, text]) => {
  expect(decodeParamValue(value)).toEqual({ value: text, isText: true });
});
