import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { run } from '#lib/process';
import { valid } from '#test/release/custom-resources';
import { makeAuthority } from './authority.ts';
import { type ClusterObject, openClusterApi } from './index.ts';
import { mergePatch } from './merge-patch.ts';

const konflux = { apiVersion: 'appstudio.redhat.com/v1alpha1' };
const validated = {
  type: 'Validated',
  status: 'True',
  reason: 'Succeeded',
  message: '',
  lastTransitionTime: '2026-11-27T12:00:00Z',
};
const release: ClusterObject = valid({
  ...konflux,
  kind: 'Release',
  metadata: { name: 'r', namespace: 'team' },
  spec: { snapshot: 's', releasePlan: 'p' },
  status: { conditions: [validated] },
});
const secret: ClusterObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login' },
  stringData: { token: 'geheim' },
};
const RBAC = 'rbac.authorization.k8s.io/v1';
const roleOf = (rule: object): ClusterObject => ({
  apiVersion: RBAC,
  kind: 'Role',
  metadata: { name: 'releaser', namespace: 'team' },
  rules: [rule],
});
const binding: ClusterObject = {
  apiVersion: RBAC,
  kind: 'RoleBinding',
  metadata: { name: 'releaser', namespace: 'team' },
  subjects: [{ kind: 'ServiceAccount', name: 'robot' }],
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'releaser' },
};

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly token?: string;
}

/** An API over objects, and how it is asked by the account `robot` of the namespace `team`. */
async function open(...objects: readonly ClusterObject[]) {
  const changed: ClusterObject[] = [];
  const api = openClusterApi({ objects, namespace: 'team' });
  api.watch(async (one) => void changed.push(one));
  const listener = createServer();
  api.serve(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  ends.push(() => listener.close(), api.close);
  const { port } = listener.address() as AddressInfo;
  const token = api.admit({ namespace: 'team', name: 'robot' });
  const ask = async (path: string, { method = 'GET', body, type, token: other = token }: Ask = {}) => {
    const answer = await new Promise<{ code: number; body: unknown }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${other}`, ...(type && { 'content-type': type }) };
      const sent = request({ host: '127.0.0.1', port, path, method, headers, ca: api.ca }, (response) => {
        text(response).then(
          (said) => resolve({ code: response.statusCode ?? 0, body: JSON.parse(said) }),
          reject,
        );
      });
      sent.once('error', reject);
      sent.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    return answer as { readonly code: number; readonly body: { readonly [field: string]: unknown } };
  };
  const patch = (body: unknown, type = 'application/merge-patch+json') =>
    ask(`${RELEASES}/r/status`, { method: 'PATCH', body, type });
  const mayI = async (resourceAttributes: object) => {
    const { code, body } = await ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      method: 'POST',
      type: 'application/json',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      },
    });
    expect(code).toBe(201);
    return body.status as { readonly allowed: boolean; readonly reason?: string };
  };
  return { api, ask, patch, mayI, changed, token };
}

const RELEASES = '/apis/appstudio.redhat.com/v1alpha1/namespaces/team/releases';

test('openssl takes the certificate for a server, by its authority alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  ends.push(() => rmSync(folder, { recursive: true }));
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

describe('Roles', () => {
  const get = { apiGroups: ['appstudio.redhat.com'], resources: ['releases'], verbs: ['get'] };
  const attributes = { namespace: 'team', verb: 'get', group: 'appstudio.redhat.com', resource: 'releases' };

  test('everything is allowed where there are none', async () => {
    const { mayI } = await open(release);

    expect(await mayI({ ...attributes, verb: 'delete' })).toEqual({
      allowed: true,
      reason: 'no Role among the files',
    });
  });

  test('decide what is given, and what a review says', async () => {
    const { ask, patch, mayI } = await open(release, roleOf(get), binding);

    expect((await ask(`${RELEASES}/r`)).code).toBe(200);
    expect(await patch({ status: {} })).toMatchObject({
      code: 403,
      body: {
        reason: 'Forbidden',
        message:
          'releases.appstudio.redhat.com "r" is forbidden: User "system:serviceaccount:team:robot" cannot patch resource "releases/status" in API group "appstudio.redhat.com" in the namespace "team"',
      },
    });
    expect(await mayI(attributes)).toEqual({
      allowed: true,
      reason:
        'RBAC: allowed by RoleBinding "releaser/team" of Role "releaser" to ServiceAccount "robot/team"',
    });
    expect(await mayI({ ...attributes, verb: 'patch', subresource: 'status' })).toEqual({ allowed: false });
    expect(await mayI({ ...attributes, namespace: 'other' })).toEqual({ allowed: false });
  });

  test('what may not be seen is forbidden, whether it is there or not', async () => {
    const { ask } = await open(secret, roleOf(get), binding);

    expect((await ask('/api/v1/namespaces/team/secrets/other')).code).toBe(403);
  });

  test.for([
    ['of another name', { ...get, resourceNames: ['x'] }, false],
    ['of this name', { ...get, resourceNames: ['r'] }, true],
    ['of all groups', { ...get, apiGroups: ['*'] }, true],
    ['of all resources', { ...get, resources: ['*'] }, true],
    ['of all verbs', { ...get, verbs: ['*'] }, true],
    ['of subresources alone', { ...get, resources: ['*/status'] }, false],
    ['of another group', { ...get, apiGroups: [''] }, false],
  ] as const)('a rule %s', async ([, rule, allowed]) => {
    const { mayI } = await open(release, roleOf(rule), binding);

    expect((await mayI({ ...attributes, name: 'r' })).allowed).toBe(allowed);
  });

  test.for([
    [{ kind: 'ServiceAccount', name: 'robot', namespace: 'other' }, false],
    [{ kind: 'User', name: 'system:serviceaccount:team:robot' }, true],
    [{ kind: 'Group', name: 'system:serviceaccounts:team' }, true],
    [{ kind: 'Group', name: 'system:masters' }, false],
  ] as const)('a binding of %j', async ([subject, allowed]) => {
    const { mayI } = await open(release, roleOf(get), { ...binding, subjects: [subject] });

    expect((await mayI(attributes)).allowed).toBe(allowed);
  });

  test('a Role that is not among the files gives nothing, and the reason names it', async () => {
    const { mayI } = await open(release, binding);

    expect(await mayI(attributes)).toEqual({
      allowed: false,
      reason: 'RBAC: [role.rbac.authorization.k8s.io "releaser" not found]',
    });
  });

  test('a ClusterRole is bound in one namespace, or in all', async () => {
    const cluster: ClusterObject = { ...roleOf(get), kind: 'ClusterRole', metadata: { name: 'releaser' } };
    const roleRef = { kind: 'ClusterRole', name: 'releaser' };
    const inAll: ClusterObject = {
      ...binding,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'b' },
      roleRef,
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'team' }],
    };
    const one = await open(cluster, { ...binding, roleRef });
    const all = await open(cluster, inAll);
    const elsewhere = { ...attributes, namespace: 'other' };

    expect([(await one.mayI(attributes)).allowed, (await one.mayI(elsewhere)).allowed]).toEqual([
      true,
      false,
    ]);
    expect((await all.mayI(elsewhere)).allowed).toBe(true);
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

// Appendix A of RFC 7386.
test.for([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
] as const)('%j with the patch %j is %j', ([target, patch, result]) => {
  expect(mergePatch(target, patch)).toEqual(result);
});
