import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { runStepWith } from '#test/context';
import collectSigningParams from './collect-signing-params.ts';

let api: StandInForClusterApi;
beforeAll(async () => {
  api = await standInForClusterApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  vi.stubEnv('KUBECONFIG', api.kubeconfig);
  api.objects.clear();
  api.permits = () => true;
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const nothing = {
  enableKeylessSigning: 'false',
  defaultOIDCIssuer: '',
  rekorExternalUrl: '',
  rekorUrl: '',
  fulcioExternalUrl: '',
  fulcioUrl: '',
  tufExternalUrl: '',
  tufUrl: '',
  buildIdentityRegexp: '',
  tektonChainsIdentity: '',
};
const say = (data: Readonly<Record<string, string>>, namespace = 'konflux-info', name = 'cluster-config') =>
  api.objects.set(`configmaps/${namespace}/${name}`, {
    kind: 'ConfigMap',
    metadata: { namespace, name },
    data,
  });

test('what is inside of the cluster is preferred, and what it does not say is empty', async () => {
  say({
    enableKeylessSigning: 'true',
    defaultOIDCIssuer: 'https://issuer.example',
    rekorInternalUrl: 'http://rekor.svc',
    rekorExternalUrl: 'https://rekor.example',
    tufExternalUrl: 'https://tuf.example',
    tektonChainsIdentity: 'https://kubernetes.io/namespaces/openshift-pipelines',
  });

  expect(await runStepWith(collectSigningParams, {})).toEqual({
    ...nothing,
    enableKeylessSigning: 'true',
    defaultOIDCIssuer: 'https://issuer.example',
    rekorExternalUrl: 'https://rekor.example',
    rekorUrl: 'http://rekor.svc',
    tufExternalUrl: 'https://tuf.example',
    tufUrl: 'https://tuf.example',
    tektonChainsIdentity: 'https://kubernetes.io/namespaces/openshift-pipelines',
  });
});

test.for([
  ['is not there', (): boolean => true],
  ['may not be read by this account', (): boolean => false],
] as const)(
  'a ConfigMap that %s means that keyless signing is off, with a warning',
  async ([why, permits]) => {
    api.permits = permits;
    const lines: string[] = [];

    expect(await runStepWith(collectSigningParams, {}, { lines })).toEqual(nothing);
    expect(lines.join('\n')).toContain(`ConfigMap konflux-info/cluster-config ${why}`);
  },
);

test('it may be another one', async () => {
  say({ enableKeylessSigning: 'yes' }, 'a', 'b');

  const given = { configMapName: 'b', configMapNamespace: 'a' };
  expect(await runStepWith(collectSigningParams, given)).toMatchObject({ enableKeylessSigning: 'yes' });
});

test('an answer that nobody can read is an error, and never off', async () => {
  api.answers.push({ status: 200, body: 'hello' });
  await expect(runStepWith(collectSigningParams, {})).rejects.toThrow('gave something else');

  say({ rekorExternalUrl: 'a\nb' });
  await expect(runStepWith(collectSigningParams, {})).rejects.toThrow('which is several lines');
});
