import {
  neededPermissions,
  type ReleasePermission,
  settingsPermission,
  statusPermission,
} from './permissions.ts';

/** An object of rbac.authorization.k8s.io/v1, for the namespace that it is applied to where it names none. */
export interface Role {
  readonly apiVersion: 'rbac.authorization.k8s.io/v1';
  readonly kind: 'Role';
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules: readonly RoleRule[];
}

export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Where the objects of a release are: each in a namespace that has a Role of its own. */
const tenant = { namespace: 'tenant', name: '' };
const managed = { namespace: 'managed', name: '' };
const service = { namespace: 'service', name: '' };
/** It has this name in every cluster of Konflux. */
const settings = { namespace: 'konflux-info', name: 'cluster-config' };

/**
 * What the account of push-to-external-registry has to be allowed, by whose namespace it is in: `tenant`, and where there
 * is an admission `managed`, `service`; `cluster-config` is in the one that it names. Internal requests are none of it, as
 * the pipeline makes none.
 */
export function releaseRoles(): Readonly<Record<string, Role>> {
  const permissions = [
    ...neededPermissions({
      release: tenant,
      releasePlan: tenant,
      snapshot: tenant,
      releasePlanAdmission: managed,
      releaseServiceConfig: service,
    }),
    statusPermission({ release: tenant }),
    settingsPermission(settings),
  ];
  const role = (part: string, { namespace }: { readonly namespace: string }): readonly [string, Role] => [
    part,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: {
        name: `push-to-external-registry-${part}`,
        ...(namespace === settings.namespace && { namespace }),
      },
      rules: permissions.filter((one) => one.namespace === namespace).map(ruleOf),
    },
  ];
  return Object.fromEntries([
    role('tenant', tenant),
    role('managed', managed),
    role('service', service),
    role('cluster-config', settings),
  ]);
}

function ruleOf({ verb, group, resource, subresource, name = '' }: ReleasePermission): RoleRule {
  return {
    apiGroups: [group],
    resources: [subresource === undefined ? resource : `${resource}/${subresource}`],
    ...(name === '' ? {} : { resourceNames: [name] }),
    verbs: [verb],
  };
}
