import { expect, test } from 'vitest';
import { quantityNumber, quantityProblem } from './quantities.ts';

// ParseQuantity, k8s.io/apimachinery/pkg/api/resource/quantity.go: k is the one small letter among the large units.
test.for<[text: string | number, value: number]>([
  ['1k', 1_000],
  ['1Ki', 1_024],
  ['-1.5G', -1_500_000_000],
  ['100m', 0.1],
  ['5u', 0.000_005],
  ['1E', 1e18],
  ['1e3', 1_000],
  ['.5', 0.5],
  [2, 2],
])('%s is %d', ([text, value]) => {
  expect(quantityNumber(text)).toBeCloseTo(value, 9);
  expect(quantityProblem(text)).toBeUndefined();
});

test.for(['', 'Mi', '1K', '1ki', '1 Mi', '1mi', '1ni', '1e', '0x10'])('"%s" is none', (text) => {
  expect(quantityNumber(text)).toBeUndefined();
  expect(quantityProblem(text)).toContain('quantities must match');
});

test.for([
  ['1Mi', 1024 ** 2],
  ['1Gi', 1024 ** 3],
  ['1Ti', 1024 ** 4],
  ['1Pi', 1024 ** 5],
  ['1Ei', 1024 ** 6],
  ['+1T', 1_000_000_000_000],
  ['0', 0],
  [0, 0],
  [1.5, 1.5],
] as const)('%s is %d to the last digit', ([text, value]) => {
  expect(quantityNumber(text)).toBe(value);
});

test('what is neither number nor text is refused elsewhere', () => {
  expect(quantityProblem(undefined)).toBeUndefined();
  expect(quantityProblem(['1Gi'])).toBeUndefined();
});
