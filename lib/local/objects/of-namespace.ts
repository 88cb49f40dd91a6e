import { printable } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';
import type { Objects } from './objects.ts';

/**
 * What the pods of a run find: of ConfigMaps and Secrets that stand in the files for several namespaces under one name,
 * that of their own, or none. One that stands there once is found whatever its namespace, as files of one run are.
 *
 * @throws {InvalidRunError} for two in the namespace of the run
 */
export function ofNamespace(objects: Objects, namespace: string): Objects {
  const { configMaps, secrets } = objects;
  return {
    ...objects,
    configMaps: withOwn('ConfigMap', configMaps, objects, namespace),
    secrets: withOwn('Secret', secrets, objects, namespace),
  };
}

function withOwn<T>(
  kind: 'ConfigMap' | 'Secret',
  table: ReadonlyMap<string, T>,
  { clusterObjects }: Objects,
  namespace: string,
): ReadonlyMap<string, T> {
  const found = new Map(table);
  const all = clusterObjects.filter((one) => one.kind === kind);
  for (const [name, named] of Map.groupBy(all, ({ metadata }) => metadata.name)) {
    if (named.length === 1) continue;
    const own = named.filter(({ metadata }) => (metadata.namespace ?? namespace) === namespace);
    if (own.length > 1) {
      throw new InvalidRunError(`there are two of ${kind} ${printable(`${namespace}/${name}`)}`, {
        hint: `one of them says its namespace, the other one is in that of the run, ${printable(namespace)}`,
      });
    }
    if (own[0] !== undefined) found.set(name, own[0] as T);
  }
  return found;
}
