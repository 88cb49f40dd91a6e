import { describe, expect, test } from 'vitest';
import { openApi as open, RELEASES, release, secret } from '#test/cluster/open-api';
import type { ClusterObject } from './index.ts';

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
