import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import collectSigningParams from './collect-signing-params.ts';

let api: StandInForClusterApi;
const lines: string[] = [];
beforeAll(async () => {
  api = await standInForClusterApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  api.objects.clear();
  api.permits = () => true;
  lines.length = 0;
});
afterEach(() => void vi.unstubAllEnvs());

const run = (params: Readonly<Record<string, string>> = {}) =>
  runStepWith(collectSigningParams, params, { lines });
const config = (data: object, [namespace, name] = ['konflux-info', 'cluster-config']) =>
  api.objects.set(`configmaps/${namespace}/${name}`, {
    kind: 'ConfigMap',
    metadata: { namespace, name },
    data,
  });

test('the way inside of the cluster is taken where there is one', async () => {
  config({
    enableKeylessSigning: 'true',
    defaultOIDCIssuer: 'https://issuer',
    rekorInternalUrl: 'http://rekor.inside',
    rekorExternalUrl: 'https://rekor',
    fulcioInternalUrl: '',
    fulcioExternalUrl: 'https://fulcio',
    tufInternalUrl: 'http://tuf.inside',
    buildIdentityRegexp: '^x$',
    tektonChainsIdentity: 'chains',
  });

  expect(await run()).toEqual({
    enableKeylessSigning: 'true',
    defaultOIDCIssuer: 'https://issuer',
    rekorExternalUrl: 'https://rekor',
    rekorUrl: 'http://rekor.inside',
    fulcioExternalUrl: 'https://fulcio',
    fulcioUrl: 'https://fulcio',
    tufExternalUrl: '',
    tufUrl: 'http://tuf.inside',
    buildIdentityRegexp: '^x$',
    tektonChainsIdentity: 'chains',
  });
  expect(lines).toEqual([]);
});

test('another ConfigMap can be named', async () => {
  config({ enableKeylessSigning: 'TRUE' }, ['own', 'config']);

  const results = await run({ configMapNamespace: 'own', configMapName: 'config' });

  expect(results.enableKeylessSigning).toBe('TRUE');
});

test.for([
  [true, 'is not there'],
  [false, 'may not be read by the account of this pod'],
] as const)('where the account may read: %s and there is none, that is told', async ([may, why]) => {
  api.permits = () => may;

  const { enableKeylessSigning, ...others } = await run();

  expect(enableKeylessSigning).toBe('false');
  expect(new Set(Object.values(others))).toEqual(new Set(['']));
  expect(lines).toEqual([`ConfigMap konflux-info/cluster-config ${why}: nothing is signed without keys`]);
});

test('a cluster that does not answer is an error, and not no signing', async () => {
  api.answers.push({ status: 401, body: '' });

  await expect(run()).rejects.toThrow('the API of the cluster said 401');
});
