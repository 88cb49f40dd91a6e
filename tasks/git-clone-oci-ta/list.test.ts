import { expect, test } from 'vitest';
import { parseList } from './list.ts';

test.for([
  ['', []],
  [' \n', []],
  ['a', ['a']],
  ['a,b/c, d', ['a', 'b/c', 'd']],
  ['a,b\n', ['a', 'b']],
  ['"a,b", "c ""d"""', ['a,b', 'c "d"']],
  ['-x,$(id);', ['-x', '$(id);']],
] as const)('%j is a list', ([text, values]) => {
  expect(parseList('submodulePaths', text)).toEqual(values);
});

test.for(['a,,b', 'a,', '"a', 'a"b', '"a"b', 'a\nb'])('%j is none, and its param is named', (text) => {
  expect(() => parseList('submodulePaths', text)).toThrow(/^submodulePaths is no list: /);
});
