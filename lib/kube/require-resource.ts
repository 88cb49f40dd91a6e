import type { ClusterAccess } from './access.ts';
import { ClusterError } from './errors.ts';
import { rbacRule } from './rbac.ts';
import { type ApiObject, getResource, type ObjectName, type ResourceType } from './resource.ts';

/**
 * An object that has to be there.
 *
 * @throws {ClusterError} where it is not, or not for this account
 * @throws {InvalidObjectNameError} for a name that no object can have
 */
export async function requireResource(
  access: ClusterAccess,
  type: ResourceType,
  where: ObjectName,
  signal?: AbortSignal,
): Promise<ApiObject> {
  const answer = await getResource(access, type, where, signal);
  const { kind, group, plural } = type;
  const name = `${kind} ${where.namespace}/${where.name}`;
  if (answer.kind === 'found') return answer.object;
  if (answer.kind === 'absent')
    throw new ClusterError(`there is no ${name}`, {
      hint: 'is it spelled as the release has it, and not deleted meanwhile?',
    });
  const permission = { verb: 'get', group, resource: plural, ...where } as const;
  throw new ClusterError(`the account of this pod may not read ${name}`, {
    hint: `a Role in ${where.namespace} with the rule ${rbacRule(permission)}, bound to the account, allows it`,
  });
}
