import * as z from 'zod';
import { jsonOf, quoted } from '#lib/text';
import type { ClusterAccess } from './access.ts';
import { InvalidObjectNameError } from './errors.ts';
import { askCluster, refusal } from './request.ts';

/** A kind of object of the API, and where it is there. */
export interface ResourceType {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** An object, as far as every one is the same. */
const ApiObject = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type ApiObject = z.output<typeof ApiObject>;

/** What the API says of an object. */
export type ResourceAnswer =
  | { readonly kind: 'found'; readonly object: ApiObject }
  | { readonly kind: 'absent' }
  /** The account of the pod may not do this; whether the object is there is not known. */
  | { readonly kind: 'forbidden' };

/** What a namespace may be called, and an object: a path of the API is made of both. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * Reads `namespace/name`, as Konflux gives objects to the tasks of a release.
 *
 * @param what names it in an error: `param release`
 * @throws {InvalidObjectNameError} where it is none
 */
export function parseObjectName(text: string, what: string): ObjectName {
  const [namespace = '', name = '', ...rest] = text.split('/');
  if (rest.length === 0 && NAME.test(namespace) && NAME.test(name)) return { namespace, name };
  throw new InvalidObjectNameError(`${what} is ${quoted(text)}, which is not namespace/name`);
}

/**
 * Asks for an object.
 *
 * @throws {InvalidObjectNameError} for a name that no object can have
 * @throws {ClusterError} after trying again what can succeed later
 */
export async function getResource(
  access: ClusterAccess,
  type: ResourceType,
  where: ObjectName,
  signal?: AbortSignal,
): Promise<ResourceAnswer> {
  const cannot = `cannot read ${type.kind} ${where.namespace}/${where.name}`;
  const answer = await askCluster(access, { path: pathOf(type, where), cannot, signal });
  return answerOf(answer, type, where, cannot);
}

/**
 * Merges into the status of an object (JSON merge patch, RFC 7396, of the subresource).
 *
 * @param status what is merged into `status`
 * @throws {ClusterError} after trying again what can succeed later
 */
export async function patchStatus(
  access: ClusterAccess,
  type: ResourceType,
  where: ObjectName,
  status: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<ResourceAnswer> {
  const cannot = `cannot patch the status of ${type.kind} ${where.namespace}/${where.name}`;
  const answer = await askCluster(access, {
    path: `${pathOf(type, where)}/status`,
    cannot,
    method: 'PATCH',
    body: { type: 'application/merge-patch+json', content: { status } },
    signal,
  });
  return answerOf(answer, type, where, cannot);
}

function answerOf(
  answer: { readonly status: number; readonly text: string },
  { kind }: ResourceType,
  { namespace, name }: ObjectName,
  cannot: string,
): ResourceAnswer {
  if (answer.status === 404) return { kind: 'absent' };
  if (answer.status === 403) return { kind: 'forbidden' };
  const { data: object } = answer.status === 200 ? ApiObject.safeParse(jsonOf(answer.text)) : {};
  const isIt = object?.kind === kind && object.metadata.name === name;
  if (!isIt || (object.metadata.namespace ?? namespace) !== namespace) throw refusal(answer, cannot);
  return { kind: 'found', object };
}

function pathOf({ kind, group, version, plural }: ResourceType, { namespace, name }: ObjectName): string {
  if (!NAME.test(namespace) || !NAME.test(name))
    throw new InvalidObjectNameError(
      `${kind} ${quoted(`${namespace}/${name}`)} has a name that none can have`,
    );
  const api = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${api}/namespaces/${namespace}/${plural}/${name}`;
}
