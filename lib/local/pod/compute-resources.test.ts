import { expect, test } from 'vitest';
import { parseQuantity, sidecarLimits, stepLimits } from './compute-resources.ts';

test.for<[text: string | number, value: number]>([
  ['128Mi', 134_217_728],
  ['1Ki', 1_024],
  ['1k', 1_000],
  ['1.5G', 1_500_000_000],
  ['500m', 0.5],
  ['0.25', 0.25],
  ['.5', 0.5],
  [2, 2],
  ['1e3', 1_000],
  ['2E-1', 0.2],
  ['1E', 1e18],
])('the quantity %s is %d', ([text, value]) => {
  expect(parseQuantity(text)).toBeCloseTo(value, 9);
});

test.for(['', 'Mi', '1 Mi', '1mi', '-1', '1ni', '1e', '0x10'])('refuses the quantity "%s"', (text) => {
  expect(() => parseQuantity(text)).toThrow('quantities must be');
});

test('what the run says of a step wins by key, and what it says of all steps takes the place of that', () => {
  const own = { limits: { memory: '1Gi', cpu: '2' } };
  const stepSpecs = [{ name: 'build', computeResources: { limits: { memory: '2Gi' } } }];
  const computeResources = { limits: { memory: '4Gi' } };

  expect(stepLimits('build', own, { stepSpecs })).toEqual({ memory: 2 ** 31, cpu: 2 });
  expect(stepLimits('other', own, { stepSpecs })).toEqual({ memory: 2 ** 30, cpu: 2 });
  expect(stepLimits('build', own, { computeResources })).toEqual({ memory: 2 ** 32 });
  expect(stepLimits('build', undefined, {})).toEqual({});
});

test('a sidecar has its own limits, and not those of the steps', () => {
  const sidecarSpecs = [{ name: 'db', computeResources: { limits: { cpu: '1' } } }];
  const computeResources = { limits: { memory: '4Gi' } };

  expect(sidecarLimits('db', { limits: { cpu: '2' } }, { sidecarSpecs, computeResources })).toEqual({
    cpu: 1,
  });
});
