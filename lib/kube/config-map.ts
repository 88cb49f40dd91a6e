import * as z from 'zod';
import type { ClusterAccess } from './access.ts';
import { ClusterError } from './errors.ts';
import { getResource, type ObjectName, type ResourceType } from './resource.ts';

const CONFIG_MAP: ResourceType = { kind: 'ConfigMap', group: '', version: 'v1', plural: 'configmaps' };

const Data = z.record(z.string(), z.string()).default({});

/** What the API says of a ConfigMap. */
export type ConfigMapAnswer =
  | { readonly kind: 'found'; readonly data: Readonly<Record<string, string>> }
  | { readonly kind: 'absent' }
  /** The account of the pod may not read it; whether it is there is not known. */
  | { readonly kind: 'forbidden' };

/**
 * Asks for the data of a ConfigMap.
 *
 * @throws {ClusterError} after trying again what can succeed later
 */
export async function readConfigMap(
  access: ClusterAccess,
  where: ObjectName,
  signal?: AbortSignal,
): Promise<ConfigMapAnswer> {
  const answer = await getResource(access, CONFIG_MAP, where, signal);
  if (answer.kind !== 'found') return answer;
  const parsed = Data.safeParse(answer.object.data);
  if (parsed.success) return { kind: 'found', data: parsed.data };
  throw new ClusterError(
    `cannot read ConfigMap ${where.namespace}/${where.name}: the API of the cluster gave something else`,
  );
}
