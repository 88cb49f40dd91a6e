import { expect, test } from 'vitest';
import { jsonOf, visibleJson } from './json.ts';

const text = '\u001b]0;x\u0007\n\u0085\u009b31m\u007f\u202e\u2028\ufeff\ud83d\u{e0001}é😀"\\';

test.for([text, { [text]: [text, 1, null, true, { a: undefined }] }, [], null])(
  'JSON of %j says the same and holds nothing that a terminal would not show',
  (value) => {
    const said = visibleJson(value);

    expect(jsonOf(said)).toEqual(jsonOf(JSON.stringify(value)));
    expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  },
);

test('what can be seen stays as it is, with the indent that is asked for', () => {
  const value = { é: ['😀', { a: 1 }] };

  expect(visibleJson(value)).toBe(JSON.stringify(value));
  expect(visibleJson(value, 2)).toBe(JSON.stringify(value, undefined, 2));
  expect(visibleJson(undefined)).toBe('null');
  expect(visibleJson('\u{e0001}')).toBe('"\\udb40\\udc01"');
});
