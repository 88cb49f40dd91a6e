import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, quoted, visibleLines } from './printable.ts';

test.for<[text: string, told: string]>([
  ['plain', 'plain'],
  ['a\nresult TEST_OUTPUT=x', 'a\\nresult TEST_OUTPUT=x'],
  ['\x1b]0;title\x07', '\\u001b]0;title\\u0007'],
  ['gut-ü 😀', 'gut-ü 😀'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['half \ud83d', 'half \\ud83d'],
  ['\x9b31m', '\\u009b31m'],
])('%j is told as %s', ([text, told]) => {
  expect(printable(text)).toBe(told);
});

test('what is long is cut, and its length told', () => {
  expect(printable('x'.repeat(100_000), 10)).toBe('xxxxxxxxxx… (100000 characters)');
  expect(quoted('x'.repeat(100_000), 10)).toBe('"xxxxxxxxxx…" (100000 characters)');
});

test('quotes cannot be closed from within', () => {
  expect(quoted('a" b\\')).toBe('"a\\" b\\\\"');
});

test('no text breaks the line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});

test('text of many lines keeps them, and all of it', () => {
  const text = `\u001b]0;x\u0007\n\t\u202ea\r\n${'x'.repeat(5_000)}`;

  expect(visibleLines(text)).toBe(`\\u001b]0;x\\u0007\n\t\\u202ea\\r\n${'x'.repeat(5_000)}`);
});
