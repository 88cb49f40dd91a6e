import * as z from 'zod';
import { resourceName } from './kinds.ts';
import type { ClusterObject } from './object.ts';
import type { Store } from './store.ts';

/** The account that asks. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What is to be done to what; a request has all of it, a review what it is asked for. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  /** Empty for all of them. */
  readonly name: string;
}

export interface Decision {
  readonly isAllowed: boolean;
  /** In the words of Kubernetes' own authorizer. */
  readonly reason: string;
}

const Rule = z.object({
  verbs: z.array(z.string()),
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
  resourceNames: z.array(z.string()).default([]),
});
const Rules = z.object({ rules: z.array(Rule).nullish() });
const Binding = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  roleRef: z.object({ kind: z.enum(['Role', 'ClusterRole']), name: z.string() }),
  subjects: z
    .array(z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() }))
    .default([]),
});
type Binding = z.infer<typeof Binding>;

export function userOf({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/**
 * Whether Roles and bindings let an account do something (Kubernetes, plugin/pkg/auth/authorizer/rbac). Where there are
 * none of them at all, everything is allowed: who tries a release on a laptop need not have them.
 */
export function decide(store: Store, account: Account, attempt: Attempt): Decision {
  const bindings = [...store.all('ClusterRoleBinding'), ...store.all('RoleBinding')];
  const roles = [...store.all('ClusterRole'), ...store.all('Role')];
  if (bindings.length === 0 && roles.length === 0)
    return { isAllowed: true, reason: 'no Role among the files' };
  const problems: string[] = [];
  for (const object of bindings) {
    const binding = Binding.safeParse(object).data;
    if (binding === undefined || !holdsFor(binding, attempt) || !names(binding, account)) continue;
    const role = roleOf(binding, roles);
    if (role === undefined) {
      const { kind, name } = binding.roleRef;
      problems.push(`${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`);
      continue;
    }
    const { data } = Rules.safeParse(role);
    if (data?.rules?.some((rule) => covers(rule, attempt)))
      return { isAllowed: true, reason: `RBAC: allowed by ${told(binding, account)}` };
  }
  return { isAllowed: false, reason: problems.length === 0 ? '' : `RBAC: [${problems.join(', ')}]` };
}

/** The message of a refused request (apiserver, pkg/endpoints/handlers/responsewriters/errors.go). */
export function forbidden(account: Account, attempt: Attempt, { reason }: Decision): string {
  const { verb, group, resource, subresource, namespace, name } = attempt;
  const what = resourceName({ group, plural: resource });
  const all = subresource === '' ? resource : `${resource}/${subresource}`;
  return [
    `${what} ${JSON.stringify(name)} is forbidden: User ${JSON.stringify(userOf(account))} cannot ${verb}`,
    `resource ${JSON.stringify(all)} in API group ${JSON.stringify(group)} in the namespace ${JSON.stringify(namespace)}`,
  ]
    .join(' ')
    .concat(reason === '' ? '' : `: ${reason}`);
}

function holdsFor({ metadata }: Binding, { namespace }: Attempt): boolean {
  return metadata.namespace === undefined || metadata.namespace === namespace;
}

/** Every account of a namespace is in three groups (apiserver, pkg/authentication/serviceaccount/util.go). */
function names({ subjects, metadata }: Binding, account: Account): boolean {
  const groups = [
    'system:serviceaccounts',
    `system:serviceaccounts:${account.namespace}`,
    'system:authenticated',
  ];
  return subjects.some(({ kind, name, namespace = metadata.namespace }) => {
    if (kind === 'ServiceAccount') return name === account.name && namespace === account.namespace;
    if (kind === 'User') return name === userOf(account);
    return kind === 'Group' && groups.includes(name);
  });
}

function roleOf({ roleRef, metadata }: Binding, roles: readonly ClusterObject[]): ClusterObject | undefined {
  return roles.find(
    (role) =>
      role.kind === roleRef.kind &&
      role.metadata.name === roleRef.name &&
      (role.kind === 'ClusterRole' || role.metadata.namespace === metadata.namespace),
  );
}

/** pkg/apis/rbac/v1/evaluation_helpers.go: `*` is all, and `*` with a subresource all that have it. */
function covers(rule: z.infer<typeof Rule>, attempt: Attempt): boolean {
  const { verb, group, resource, subresource, name } = attempt;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  return (
    hasOne(rule.verbs, [verb, '*']) &&
    hasOne(rule.apiGroups, [group, '*']) &&
    hasOne(rule.resources, [whole, '*', ...(subresource === '' ? [] : [`*/${subresource}`])]) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(name))
  );
}

function hasOne(list: readonly string[], wanted: readonly string[]): boolean {
  return list.some((one) => wanted.includes(one));
}

function told({ metadata: { name, namespace }, roleRef }: Binding, account: Account): string {
  const [kind, called] =
    namespace === undefined ? ['ClusterRoleBinding', name] : ['RoleBinding', `${name}/${namespace}`];
  const { kind: role, name: of } = roleRef;
  return `${kind} ${JSON.stringify(called)} of ${role} ${JSON.stringify(of)} to ServiceAccount ${JSON.stringify(`${account.name}/${account.namespace}`)}`;
}
