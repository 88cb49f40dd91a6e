import { own, printable } from '#lib/text';
import type { EnvFromSource, EnvVar, EnvVarSource } from '../model/api.ts';
import { BackendError } from '../model/errors.ts';
import { configMapTexts, secretData } from '../objects/key-value-data.ts';
import type { Objects } from '../objects/objects.ts';
import { expand } from '../variables/expand.ts';

/** What the downward API can tell a container about its pod. */
export interface PodFacts {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
}

/**
 * A container's environment as the kubelet makes it: envFrom, then env, later ones winning, `$(VAR)` from
 * what stands before.
 *
 * @throws {BackendError} `CreateContainerConfigError` for a ConfigMap, Secret or key that is not there
 */
export function environmentOf(
  container: {
    readonly env?: readonly EnvVar[] | undefined;
    readonly envFrom?: readonly EnvFromSource[] | undefined;
  },
  objects: Objects,
  pod: PodFacts,
): readonly Variable[] {
  const variables = new Map<string, Variable>();
  for (const source of container.envFrom ?? []) {
    for (const variable of fromSource(source, objects)) variables.set(variable.name, variable);
  }
  const texts = new Map(Array.from(variables, ([name, { value }]) => [name, value]));
  for (const { name, value, valueFrom } of container.env ?? []) {
    const text = valueFrom ? fromReference(valueFrom, objects, pod) : expand(value ?? '', texts);
    // An optional key that is not there leaves no variable.
    if (text === undefined) continue;
    variables.set(name, { name, value: text, secret: valueFrom?.secretKeyRef !== undefined });
    texts.set(name, text);
  }
  return [...variables.values()];
}

function fromSource(source: EnvFromSource, objects: Objects): readonly Variable[] {
  const { prefix = '', configMapRef, secretRef } = source;
  const data = configMapRef
    ? configMapTexts(objects, configMapRef.name, configMapRef.optional)
    : secretRef
      ? secretData(objects, secretRef.name, secretRef.optional)
      : undefined;
  return Array.from(data ?? [], ([key, value]) => ({
    name: prefix + key,
    value: value.toString('utf8'),
    secret: secretRef !== undefined,
  }));
}

function fromReference(source: EnvVarSource, objects: Objects, pod: PodFacts): string | undefined {
  const { configMapKeyRef, secretKeyRef, fieldRef } = source;
  if (configMapKeyRef) {
    const data = configMapTexts(objects, configMapKeyRef.name, configMapKeyRef.optional);
    return keyOf(data, configMapKeyRef, 'ConfigMap');
  }
  if (secretKeyRef) {
    return keyOf(secretData(objects, secretKeyRef.name, secretKeyRef.optional), secretKeyRef, 'Secret');
  }
  if (fieldRef) return podField(fieldRef.fieldPath, pod);
  throw new BackendError('an environment variable from a resource field needs a cluster', {
    reason: 'CreateContainerConfigError',
  });
}

function keyOf(
  data: ReadonlyMap<string, Buffer> | undefined,
  {
    key,
    name,
    optional,
  }: { readonly key: string; readonly name?: string | undefined; readonly optional?: boolean | undefined },
  kind: string,
): string | undefined {
  const value = data?.get(key);
  if (value !== undefined) return value.toString('utf8');
  if (optional) return undefined;
  throw new BackendError(`couldn't find key ${key} in ${kind} default/${name ?? ''}`, {
    reason: 'CreateContainerConfigError',
  });
}

/** `metadata.name`, `metadata.labels['key']` and the like. */
export function podField(path: string, pod: PodFacts): string {
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path) ?? [];
  if (map === 'labels') return own(pod.labels, key) ?? '';
  if (map === 'annotations') return own(pod.annotations, key) ?? '';
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': pod.name,
    'metadata.namespace': pod.namespace,
    'metadata.uid': pod.uid,
    'metadata.labels': keyValueLines(pod.labels),
    'metadata.annotations': keyValueLines(pod.annotations),
    'spec.serviceAccountName': pod.serviceAccount,
    'spec.nodeName': 'localhost',
    'status.hostIP': '127.0.0.1',
    'status.podIP': '127.0.0.1',
  };
  const value = own(fields, path);
  if (value !== undefined) return value;
  throw new BackendError(`field ${printable(path)} of a pod is not known here`, {
    reason: 'CreateContainerConfigError',
  });
}

function keyValueLines(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
