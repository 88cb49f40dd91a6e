import { randomUUID } from 'node:crypto';
import { printable } from '#lib/text';
import { ClusterObjectError } from './errors.ts';
import { apiVersionOf, type Kind, rules, served } from './kinds.ts';
import type { ClusterObject } from './object.ts';

/** Objects as the API holds them. */
export interface Store {
  readonly get: (kind: Kind, namespace: string, name: string) => ClusterObject | undefined;
  readonly all: (kind: string) => readonly ClusterObject[];
  /** Puts one in the place of that by its name, with the next resourceVersion. */
  readonly replace: (kind: Kind, object: ClusterObject) => ClusterObject;
}

/** What a namespace may be called (RFC 1123 label), and what an object (RFC 1123 subdomain). */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * Takes objects as a cluster would that they are applied to.
 *
 * @param namespace of those that name none
 * @throws {ClusterObjectError} for a name that none can have, another version of a kind, or two of one name
 */
export function makeStore(given: readonly ClusterObject[], namespace: string): Store {
  const objects = new Map<string, ClusterObject>();
  let version = 1;
  for (const object of given) {
    const kind = [...served, ...rules].find((one) => one.kind === object.kind);
    if (kind === undefined) continue;
    const held = heldObject(object, kind, namespace);
    const key = keyOf(kind, held.metadata.namespace ?? '', held.metadata.name);
    if (objects.has(key)) throw new ClusterObjectError(`there are two of ${key}`, { hint: 'give one' });
    objects.set(key, versioned(held, version++));
  }
  return {
    get: (kind, of, name) => objects.get(keyOf(kind, of, name)),
    all: (kind) => [...objects.values()].filter((one) => one.kind === kind),
    replace: (kind, object) => {
      const next = versioned(object, version++);
      objects.set(keyOf(kind, object.metadata.namespace ?? '', object.metadata.name), next);
      return next;
    },
  };
}

function keyOf({ kind }: Kind, namespace: string, name: string): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function heldObject(object: ClusterObject, kind: Kind, namespace: string): ClusterObject {
  const { metadata } = object;
  const isCluster = kind.kind.startsWith('Cluster');
  const of = isCluster ? undefined : (metadata?.namespace ?? namespace);
  const called = `${kind.kind} ${printable(String(metadata?.name ?? ''))}`;
  if (object.apiVersion !== apiVersionOf(kind))
    throw new ClusterObjectError(`${called} is not of ${apiVersionOf(kind)}`, {
      hint: `write apiVersion: ${apiVersionOf(kind)}`,
    });
  if (typeof metadata?.name !== 'string' || !NAME.test(metadata.name))
    throw new ClusterObjectError(`${called} has a name that none can have`);
  if (of !== undefined && !NAMESPACE.test(of))
    throw new ClusterObjectError(`${called} is in a namespace that none can be called`);
  const held = {
    ...object,
    metadata: {
      uid: randomUUID(),
      creationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      ...metadata,
      ...(of !== undefined && { namespace: of }),
    },
  };
  return kind.kind === 'Secret' ? inBase64(held) : held;
}

/** `stringData` is for writing alone (core/v1 Secret): it is never given back. */
function inBase64({ stringData, ...secret }: ClusterObject): ClusterObject {
  const texts = Object.entries((stringData ?? {}) as Readonly<Record<string, unknown>>).map(
    ([key, text]) => [key, Buffer.from(String(text)).toString('base64')] as const,
  );
  const type = secret.type ?? 'Opaque';
  return {
    ...secret,
    type,
    data: { ...(secret.data as object | undefined), ...Object.fromEntries(texts) },
  } as ClusterObject;
}

function versioned(object: ClusterObject, version: number): ClusterObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}
