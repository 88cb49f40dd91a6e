import { expect, test } from 'vitest';
import {
  defaultReplacements,
  mergeReplacements,
  paramReplacements,
  stringReplacements,
  substituteElement,
  substituteList,
  substituteText,
  substituteValue,
} from './substitute.ts';

const replacements = paramReplacements([
  { name: 's', value: 'text' },
  { name: 'list', value: ['a', 'b c'] },
  { name: 'empty', value: [] },
  { name: 'o', value: { key: 'value' } },
]);

// pkg/substitution/replacements.go: strings.NewReplacer, one pass, no error for what is unknown.
test.for([
  ['$(params.s)', 'text'],
  ['$(params["s"]) and $(params[\'s\'])', 'text and text'],
  ['$(inputs.params.s)', 'text'],
  ['$(params.unknown)', '$(params.unknown)'],
  ['$(params.o.key)', 'value'],
  ['$(params.list[1])', 'b c'],
  ['$(params.list[2])', '$(params.list[2])'],
  ['$(params.list)', '$(params.list)'],
  ['$(date $(params.s))', '$(date text)'],
  ['$($(params.s))', '$(text)'],
  ['$(params.s', '$(params.s'],
  ['$$(params.s)', '$text'],
  ['$PLAIN', '$PLAIN'],
])('text %s becomes %s', ([text, expected]) => {
  expect(substituteText(text ?? '', replacements)).toBe(expected);
});

test('never replaces what a replacement brought in', () => {
  const nested = stringReplacements({ a: '$(b)', b: 'never' });

  expect(substituteText('$(a)', nested)).toBe('$(b)');
});

test('a value with replacement patterns of JavaScript stays as it is', () => {
  const tricky = stringReplacements({ a: "$& $1 $' $$" });

  expect(substituteText('<$(a)>', tricky)).toBe("<$& $1 $' $$>");
});

// ApplyArrayReplacements: a lone reference becomes the elements, with or without the star.
test.for([
  ['$(params.list[*])', ['a', 'b c']],
  ['$(params.list)', ['a', 'b c']],
  ['x $(params.list[*])', ['x $(params.list[*])']],
  ['$(params.empty[*])', []],
  ['$(params.s)', ['text']],
] as const)('element %s becomes %j', ([text, expected]) => {
  expect(substituteElement(text, replacements)).toEqual(expected);
});

test('a list keeps its other elements in place', () => {
  expect(substituteList(['1', '$(params.list[*])', '2'], replacements)).toEqual(['1', 'a', 'b c', '2']);
});

// ParamValue.ApplyReplacements: a string that is only a reference takes the type of what it refers to.
test.for([
  ['$(params.list[*])', ['a', 'b c']],
  ['$(params.o[*])', { key: 'value' }],
  ['$(params.s)', 'text'],
  ['<$(params.s)>', '<text>'],
  [
    ['$(params.list[*])', '$(params.s)'],
    ['a', 'b c', 'text'],
  ],
  [{ k: '$(params.s)' }, { k: 'text' }],
] as const)('value %j becomes %j', ([value, expected]) => {
  expect(substituteValue(value, replacements)).toEqual(expected);
});

test('the keys of an object given by a run are added to those of its default', () => {
  const merged = mergeReplacements(
    defaultReplacements([{ name: 'o', default: { a: '1', b: '2' } }]),
    paramReplacements([{ name: 'o', value: { b: '3' } }]),
  );

  expect(substituteText('$(params.o.a)$(params.o.b)', merged)).toBe('13');
  expect(substituteValue('$(params.o[*])', merged)).toEqual({ a: '1', b: '3' });
});

test('a default may refer to another default', () => {
  const defaults = defaultReplacements([
    { name: 'image', default: '$(params.registry)/app' },
    { name: 'registry', default: 'quay.io' },
  ]);

  expect(substituteText('$(params.image)', defaults)).toBe('quay.io/app');
});
