import { expect, test } from 'vitest';
import { readFeatureFlags } from './feature-flags.ts';

test('has the defaults of Tekton', () => {
  expect(readFeatureFlags()).toEqual({
    resultsFrom: 'termination-message',
    maxResultSize: 4096,
    compressesMessages: false,
    allowsManyClaims: false,
  });
});

test('takes flags that change nothing here', () => {
  expect(readFeatureFlags({ 'enable-api-fields': 'alpha', 'max-result-size': '10000' }).maxResultSize).toBe(
    10_000,
  );
});

test.for([
  [{ 'result-from': 'sidecar-logs' }, 'there is no feature flag result-from'],
  [{ 'results-from': 'files' }, 'invalid value for feature flag "results-from"'],
  [{ 'max-result-size': '1572864' }, 'invalid value for feature flag "max-result-size"'],
] as const)('refuses %j', ([flags, message]) => {
  expect(() => readFeatureFlags(flags)).toThrow(message);
});
