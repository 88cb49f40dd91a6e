import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { inCluster, readConfigMap } from './index.ts';

// A stand-in for the API of a cluster, which no package registry has; what is in front of it is real TLS.
let account: string;
let server: Server;
let env: Record<string, string>;
const answers: { status: number; body: string }[] = [];
const asked: IncomingMessage[] = [];

beforeAll(async () => {
  account = mkdtempSync(join(tmpdir(), 'kube-'));
  const [key, ca] = [join(account, 'key'), join(account, 'ca.crt')];
  const subject = ['-subj', '/CN=api', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    ca,
    ...subject,
  ]);
  writeFileSync(join(account, 'token'), 'the-token\n');
  server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
    asked.push(request);
    const { status, body } = answers.shift() ?? { status: 500, body: '' };
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = String((server.address() as AddressInfo).port);
  env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port };
});
afterAll(() => {
  server.close();
  rmSync(account, { recursive: true });
});

const where = { namespace: 'konflux-info', name: 'cluster-config' };

async function read(...given: readonly { status: number; body: string }[]) {
  asked.length = 0;
  answers.splice(0, answers.length, ...given);
  const access = await inCluster(env, account);
  if (access === undefined) throw new Error('there is a token');
  return readConfigMap(access, where);
}

const found = { status: 200, body: JSON.stringify({ kind: 'ConfigMap', data: { a: 'b' } }) };

test('reads the data with the token of the pod', async () => {
  expect(await read(found)).toEqual({ kind: 'found', data: { a: 'b' } });
  expect(asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/api/v1/namespaces/konflux-info/configmaps/cluster-config', 'Bearer the-token'],
  ]);
});

test('one without data has none', async () => {
  expect(await read({ status: 200, body: '{"kind":"ConfigMap"}' })).toEqual({
    kind: 'found',
    data: {},
  });
});

test.for([
  [403, 'forbidden'],
  [404, 'absent'],
] as const)('%i: it is %s', async ([status, kind]) => {
  expect(await read({ status, body: '{}' })).toEqual({ kind });
});

test('asks again where that can help', async () => {
  expect(await read({ status: 503, body: '' }, found)).toEqual({ kind: 'found', data: { a: 'b' } });
});

test.for([
  [{ status: 401, body: '' }, 'the API of the cluster said 401'],
  [{ status: 200, body: 'hello' }, 'the API of the cluster gave something else'],
  [{ status: 200, body: '{"kind":"Secret","data":{}}' }, 'the API of the cluster gave something else'],
] as const)('%j is an error', async ([answer, message]) => {
  await expect(read(answer)).rejects.toThrow(`cannot read ConfigMap konflux-info/cluster-config: ${message}`);
});

test('the token goes to no server that the authorities of the cluster do not vouch for', async () => {
  const other = mkdtempSync(join(tmpdir(), 'kube-'));
  const ca = join(other, 'ca.crt');
  const key = join(other, 'key');
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    ca,
    '-subj',
    '/CN=x',
  ]);
  writeFileSync(join(other, 'token'), 'the-token');
  asked.length = 0;
  const access = await inCluster(env, other);
  rmSync(other, { recursive: true });

  await expect(access && readConfigMap(access, where)).rejects.toThrow(/self-signed certificate|self signed/);
  expect(asked).toEqual([]);
});

test('outside a cluster, or without a token, there is no access', async () => {
  expect(await inCluster({}, account)).toBeUndefined();
  expect(await inCluster(env, join(account, 'nothing'))).toBeUndefined();
});

test('a name is no path', async () => {
  const access = await inCluster(env, account);

  await expect(access && readConfigMap(access, { ...where, name: '../secrets/x' })).rejects.toThrow(
    'has a name that none can have',
  );
});
