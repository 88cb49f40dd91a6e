import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type StandInForClusterApi, standInForClusterApi } from '#test/cluster/cluster-api';
import { createCertificate } from '#test/registries/certificate';
import {
  type ClusterAccess,
  clusterAccess,
  getResource,
  inCluster,
  mayI,
  parseObjectName,
  patchStatus,
  readConfigMap,
} from './index.ts';

let api: StandInForClusterApi;
let access: ClusterAccess;

beforeAll(async () => {
  api = await standInForClusterApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  api.requests.length = 0;
  api.answers.length = 0;
  api.objects.clear();
  api.permits = () => true;
  const given = await inCluster(api.env, api.account);
  if (given === undefined) throw new Error('there is a token');
  access = given;
});

const where = { namespace: 'konflux-info', name: 'cluster-config' };
const configMap = { kind: 'ConfigMap', metadata: where, data: { a: 'b' } };
const RELEASE = {
  kind: 'Release',
  group: 'appstudio.redhat.com',
  version: 'v1alpha1',
  plural: 'releases',
} as const;
const one = { namespace: 'tenant', name: 'one' };
const release = { kind: 'Release', metadata: one, status: { artifacts: { images: [1], a: 1 }, kept: true } };

test('reads a ConfigMap with the token of the pod', async () => {
  api.objects.set('configmaps/konflux-info/cluster-config', configMap);

  expect(await readConfigMap(access, where)).toEqual({ kind: 'found', data: { a: 'b' } });
  expect(api.requests).toMatchObject([
    {
      method: 'GET',
      url: '/api/v1/namespaces/konflux-info/configmaps/cluster-config',
      authorization: `Bearer ${api.token}`,
    },
  ]);
});

test('one without data has none', async () => {
  api.objects.set('configmaps/konflux-info/cluster-config', { ...configMap, data: undefined });

  expect(await readConfigMap(access, where)).toEqual({ kind: 'found', data: {} });
});

test('an object is found, absent, or not for this account', async () => {
  expect(await getResource(access, RELEASE, one)).toEqual({ kind: 'absent' });
  api.objects.set('releases/tenant/one', release);
  expect(await getResource(access, RELEASE, one)).toEqual({ kind: 'found', object: release });
  api.permits = ({ verb }) => verb !== 'get';
  expect(await getResource(access, RELEASE, one)).toEqual({ kind: 'forbidden' });
});

test('a status is merged, and nothing of it is lost', async () => {
  api.objects.set('releases/tenant/one', release);

  const answer = await patchStatus(access, RELEASE, one, { artifacts: { images: [2] } });

  expect(answer).toMatchObject({ object: { status: { artifacts: { images: [2], a: 1 }, kept: true } } });
  expect(api.requests[0]).toMatchObject({
    method: 'PATCH',
    url: '/apis/appstudio.redhat.com/v1alpha1/namespaces/tenant/releases/one/status',
  });
  api.permits = ({ resource }) => resource !== 'releases/status';
  expect(await patchStatus(access, RELEASE, one, {})).toEqual({ kind: 'forbidden' });
});

test('asks what it may do', async () => {
  api.permits = ({ verb, resource, namespace, name }) =>
    `${verb} ${resource} ${namespace}/${name}` === 'patch releases/status tenant/one';
  const permission = { verb: 'patch', group: RELEASE.group, resource: 'releases', ...one } as const;

  expect(await mayI(access, permission)).toBe(false);
  expect(await mayI(access, { ...permission, subresource: 'status' })).toBe(true);
});

test.for([409, 429, 500, 503])('after %i it asks again', async (status) => {
  api.objects.set('releases/tenant/one', release);
  api.answers.push({ status, body: '' });

  expect(await patchStatus(access, RELEASE, one, {})).toMatchObject({ kind: 'found' });
  expect(api.requests).toHaveLength(2);
});

test('a Retry-After is kept, and one that asks for too much is told', async () => {
  api.objects.set('releases/tenant/one', release);
  api.answers.push({ status: 429, body: '', headers: { 'retry-after': '1' } });
  const started = performance.now();
  await getResource(access, RELEASE, one);
  expect(performance.now() - started).toBeGreaterThan(990);

  const message = JSON.stringify({ kind: 'Status', message: 'too many of you' });
  api.answers.push({ status: 429, body: message, headers: { 'retry-after': '3600' } });
  await expect(getResource(access, RELEASE, one)).rejects.toThrow(
    'cannot read Release tenant/one: the API of the cluster said 429: too many of you',
  );
});

test.for([
  [401, '', 'the API of the cluster said 401'],
  [422, '{"kind":"Status","message":"no\\nway"}', 'the API of the cluster said 422: no\\nway'],
  [302, '', 'the API of the cluster said 302'],
  [200, 'hello', 'the API of the cluster gave something else'],
  [200, '{"kind":"Secret","metadata":{"name":"one"}}', 'the API of the cluster gave something else'],
  [200, '{"kind":"Release","metadata":{"name":"two"}}', 'the API of the cluster gave something else'],
  [
    200,
    '{"kind":"Release","metadata":{"name":"one","namespace":"x"}}',
    'the API of the cluster gave something else',
  ],
] as const)('%i %j is an error', async ([status, body, message]) => {
  api.answers.push({ status, body });

  await expect(getResource(access, RELEASE, one)).rejects.toThrow(
    `cannot read Release tenant/one: ${message}`,
  );
});

test('an answer about something else is no permission', async () => {
  api.answers.push({ status: 201, body: '{"kind":"Status","status":{"allowed":true}}' });

  await expect(mayI(access, { verb: 'get', group: '', resource: 'secrets', namespace: 'a' })).rejects.toThrow(
    'cannot ask whether this account may get secrets in a',
  );
});

test('the token goes to no server that the authorities of the cluster do not vouch for', async () => {
  const other = mkdtempSync(join(tmpdir(), 'kube-'));
  const { pem } = await createCertificate(other);
  rmSync(other, { recursive: true });
  const signal = AbortSignal.timeout(300);

  await expect(getResource({ ...access, ca: pem }, RELEASE, one, signal)).rejects.toThrow();

  expect(api.requests).toEqual([]);
});

test('outside a cluster, or without a token, there is no access', async () => {
  expect(await inCluster({}, api.account)).toBeUndefined();
  expect(await inCluster(api.env, join(api.account, 'nothing'))).toBeUndefined();
  await expect(clusterAccess({})).rejects.toThrow('there is no cluster to ask');
});

test.for(['../secrets/x', 'a/../b', 'A', '', 'a b'])('%j is no name, and no path', async (name) => {
  await expect(getResource(access, RELEASE, { ...one, name })).rejects.toThrow('a name that none can have');
  expect(() => parseObjectName(`tenant/${name}`, 'param release')).toThrow('param release is "tenant/');
});

test('a name is read with its namespace', () => {
  expect(parseObjectName('tenant/one', 'param release')).toEqual(one);
  expect(() => parseObjectName('one', 'param release')).toThrow('is "one", which is not namespace/name');
});

const kubeconfig = (user: object, cluster: object = {}) => ({
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
  clusters: [{ name: 'k', cluster: { server: api.url, 'certificate-authority': 'ca.crt', ...cluster } }],
  users: [{ name: 'u', user }],
});

async function byKubeconfig(content: string): Promise<ClusterAccess> {
  const path = join(api.account, 'own-kubeconfig');
  writeFileSync(path, content);
  return clusterAccess({ KUBECONFIG: path });
}

test('a kubeconfig names the cluster: files beside it, YAML, and a server with a path', async () => {
  api.objects.set('releases/tenant/one', release);

  const byFile = await byKubeconfig(JSON.stringify(kubeconfig({ tokenFile: 'token' })));
  expect(await getResource(byFile, RELEASE, one)).toMatchObject({ kind: 'found' });
  const yaml = `current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters:
- name: k
  cluster: {server: "${api.url}/k8s/", certificate-authority: ca.crt}
users: [{name: u, user: {token: ${api.token}}}]
`;
  expect(await getResource(await byKubeconfig(yaml), RELEASE, one)).toEqual({ kind: 'absent' });
  expect(api.requests.at(-1)?.url).toMatch(/^\/k8s\/apis\//);
});

test.for([
  [{ exec: { command: 'aws' } }, {}, 'its user has exec'],
  [{ username: 'a', password: 'b' }, {}, 'its user has username'],
  [{}, {}, 'neither a token nor a certificate'],
  [{ tokenFile: 'gone' }, {}, 'cannot be read (ENOENT)'],
  [{ token: 'x' }, { 'insecure-skip-tls-verify': true }, 'no verification of the server'],
  [{ token: 'x' }, { server: 'http://127.0.0.1:1' }, 'no https address'],
  [{ token: 'x' }, { 'certificate-authority': undefined }, 'no authorities'],
] as const)('a kubeconfig with %j and %j is refused', async ([user, cluster, why]) => {
  await expect(byKubeconfig(JSON.stringify(kubeconfig(user, cluster)))).rejects.toThrow(why);
});

test.for(['{', '[]', '{"current-context":"x"}', '\t: x'])('%j is no kubeconfig', async (text) => {
  await expect(byKubeconfig(text)).rejects.toThrow('cannot use the kubeconfig');
});
