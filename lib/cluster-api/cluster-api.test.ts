import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { openApi as open, RELEASES, release, secret, validated } from '#test/cluster/open-api';
import { makeAuthority } from './authority.ts';
import { type ClusterObject, openClusterApi } from './index.ts';

test('openssl takes the certificate for a server, by its authority alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { ca, certificate } = makeAuthority();
  const [caFile, file] = [join(folder, 'ca.pem'), join(folder, 'server.pem')];
  await Promise.all([
    writeFile(caFile, ca),
    writeFile(file, certificate),
    writeFile(join(folder, 'other.pem'), makeAuthority().ca),
  ]);
  const verify = (by: string) =>
    run('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-verify_ip',
      '127.0.0.1',
      '-CAfile',
      by,
      file,
    ]);

  expect((await verify(caFile)).stdout).toContain('OK');
  await expect(verify(join(folder, 'other.pem'))).rejects.toThrow();
});

test('an object is given as a cluster has it: with uid, resourceVersion and the time of its making', async () => {
  const { ask } = await open(release);

  const { code, body } = await ask(`${RELEASES}/r`);

  expect(code).toBe(200);
  expect(body).toMatchObject({
    ...release,
    metadata: {
      name: 'r',
      namespace: 'team',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: '1',
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
  });
});

test('a Secret is given in base64, and one without a namespace is in that of the run', async () => {
  const { ask } = await open(secret);

  const { body } = await ask('/api/v1/namespaces/team/secrets/login');

  expect(body).toMatchObject({ type: 'Opaque', data: { token: Buffer.from('geheim').toString('base64') } });
  expect(body).not.toHaveProperty('stringData');
});

describe('the status', () => {
  test('is patched by merge, and whoever keeps it is told before the answer comes', async () => {
    const { ask, patch, changed } = await open(release);

    const { code, body } = await patch({ status: { artifacts: { images: [] }, target: null } });

    expect(code).toBe(200);
    expect(body.status).toEqual({ conditions: [validated], artifacts: { images: [] } });
    expect(changed).toEqual([body]);
    expect((await ask(`${RELEASES}/r`)).body).toEqual(body);
  });

  test('is all that its subresource changes', async () => {
    const { patch } = await open(release);

    const { body } = await patch({
      spec: { snapshot: 'other' },
      metadata: { labels: { a: 'b' } },
      status: { target: 't' },
    });

    expect(body).toMatchObject({ spec: release.spec, status: { target: 't' } });
    expect(body.metadata).not.toHaveProperty('labels');
  });

  test.for([
    ['no JSON', 'hello', 'application/merge-patch+json', 400, 'BadRequest'],
    ['a list', [], 'application/merge-patch+json', 400, 'BadRequest'],
    ['a JSON patch', [], 'application/json-patch+json', 415, 'UnsupportedMediaType'],
    ['a status that is a text', { status: 'done' }, 'application/merge-patch+json', 422, 'Invalid'],
    [
      'an old resourceVersion',
      { metadata: { resourceVersion: '0' } },
      'application/merge-patch+json',
      409,
      'Conflict',
    ],
    [
      'more than 3 MiB',
      'x'.repeat(3 * 1024 * 1024 + 1),
      'application/merge-patch+json',
      413,
      'RequestEntityTooLarge',
    ],
  ] as const)('%s is refused, and nothing changes', async ([, body, type, code, reason]) => {
    const { ask, patch, changed } = await open(release);

    expect(await patch(body, type)).toMatchObject({
      code,
      body: { kind: 'Status', status: 'Failure', reason, code },
    });
    expect(changed).toEqual([]);
    expect((await ask(`${RELEASES}/r`)).body.status).toEqual(release.status);
  });
});

describe('refused by name, with a Status', () => {
  const refused = (code: number, reason: string, message: RegExp | string) => ({
    code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code,
      reason,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    },
  });

  test('an object that is not there', async () => {
    const { ask } = await open(release);

    expect(await ask(`${RELEASES}/other`)).toMatchObject({
      ...refused(404, 'NotFound', 'releases.appstudio.redhat.com "other" not found'),
    });
    expect((await ask(`${RELEASES}/other`)).body.details).toEqual({
      name: 'other',
      group: 'appstudio.redhat.com',
      kind: 'releases',
    });
  });

  test.for([
    ['GET', RELEASES, /list of releases\.appstudio\.redhat\.com is not served here, only get/],
    ['POST', RELEASES, /create of releases\.appstudio/],
    ['PUT', `${RELEASES}/r`, /update of releases\.appstudio/],
    ['PATCH', `${RELEASES}/r`, /patch of releases\.appstudio\.redhat\.com is/],
    ['DELETE', `${RELEASES}/r`, /delete of releases\.appstudio/],
    ['DELETE', RELEASES, /deletecollection of/],
    ['GET', `${RELEASES}/r/scale`, /get of releases\.appstudio\.redhat\.com\/scale/],
    ['GET', '/api/v1/namespaces/team/secrets/login/status', /get of secrets\/status/],
    ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', /GET of .*selfsubjectaccessreviews/],
  ] as const)('%s %s', async ([method, path, message]) => {
    const { ask } = await open(release, secret);

    expect(await ask(path, { method })).toMatchObject(refused(405, 'MethodNotAllowed', message));
  });

  test.for([
    '/',
    '/api',
    '/apis/tekton.dev/v1/namespaces/team/taskruns/x',
    '/api/v1/namespaces/team/pods/x',
    '/%',
  ])('GET %s', async (path) => {
    const { ask } = await open(release);

    expect(await ask(path)).toMatchObject(
      refused(
        404,
        'NotFound',
        /^the server could not find the requested resource: GET .* is not served here/,
      ),
    );
  });

  test('whoever has no token, or one that was revoked', async () => {
    const { api, ask, token } = await open(release);

    expect(await ask(`${RELEASES}/r`, { token: 'x' })).toMatchObject(
      refused(401, 'Unauthorized', 'Unauthorized'),
    );
    api.revoke(token);
    expect(await ask(`${RELEASES}/r`)).toMatchObject(refused(401, 'Unauthorized', 'Unauthorized'));
  });

  test('a review of something else', async () => {
    const { ask } = await open(release);
    const body = {
      kind: 'SelfSubjectAccessReview',
      spec: { nonResourceAttributes: { path: '/', verb: 'get' } },
    };

    expect(
      await ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { method: 'POST', body }),
    ).toMatchObject(refused(400, 'BadRequest', /no SelfSubjectAccessReview with spec.resourceAttributes/));
  });
});

describe('objects that a cluster would not hold', () => {
  const open = (...objects: readonly ClusterObject[]) => openClusterApi({ objects, namespace: 'team' });

  test.for([
    [{ ...release, apiVersion: 'v1' }, 'Release r is not of appstudio.redhat.com/v1alpha1'],
    [{ ...release, metadata: { name: '../r' } }, 'Release ../r has a name that none can have'],
    [
      { ...release, metadata: { name: 'r', namespace: 'a.b' } },
      'Release r is in a namespace that none can be called',
    ],
  ] as const)('%j', ([object, message]) => {
    expect(() => open(object)).toThrow(message);
  });

  test('two of one name', () => {
    expect(() => open(release, release)).toThrow('there are two of Release team/r');
    expect(() =>
      open(release, { ...release, metadata: { name: 'r', namespace: 'b' } }).close(),
    ).not.toThrow();
  });
});
