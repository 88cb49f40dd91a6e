import { expect, test } from 'vitest';
import { readFeatureFlags, webhookFlags } from './feature-flags.ts';

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
  [{ 'disable-creds-init': 'true' }, 'the feature flag disable-creds-init cannot be true here'],
  [{ 'enable-artifacts': 'maybe' }, 'invalid value for feature flag "enable-artifacts": "maybe"'],
  [{ 'enable-no-such-flag': 'true' }, 'there is no feature flag enable-no-such-flag'],
  [{ 'results-from': 'files' }, 'invalid value for feature flag "results-from"'],
  [{ 'max-result-size': '1572864' }, 'invalid value for feature flag "max-result-size"'],
] as const)('refuses %j', ([flags, message]) => {
  expect(() => readFeatureFlags(flags)).toThrow(message);
});

test('what is off in Tekton is on for the webhook, unless a flag says otherwise', () => {
  expect(webhookFlags({ 'enable-cel-in-whenexpression': 'false' })).toMatchObject({
    'enable-api-fields': 'alpha',
    'enable-cel-in-whenexpression': 'false',
  });
});
