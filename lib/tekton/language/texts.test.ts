import { expect, test } from 'vitest';
import { stringsIn } from './texts.ts';

test('every string is found, however deep, and nothing else', () => {
  expect(stringsIn({ key: ['a', { b: 'b', c: null }, 1, true, undefined], d: '' })).toEqual(['a', 'b', '']);
  expect(stringsIn('a')).toEqual(['a']);
  expect(stringsIn(null)).toEqual([]);
  expect(stringsIn(1)).toEqual([]);
});
