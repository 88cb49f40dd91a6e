import type { ClusterApi } from '#lib/cluster-api';
import type { Emit } from '#lib/runs';
import type { RunDirectory } from '../history/run-directory.ts';
import type { Objects } from '../objects/objects.ts';

const KONFLUX = /^appstudio\.redhat\.com\//;

/**
 * The API of a run, where there is something among the objects that only an API gives to a step: a custom resource of
 * Konflux.
 *
 * @throws {ClusterObjectError} for an object that a cluster would not hold
 */
export async function openCluster(
  { clusterObjects }: Objects,
  namespace: string,
): Promise<ClusterApi | undefined> {
  if (!clusterObjects.some(({ apiVersion }) => KONFLUX.test(apiVersion))) return undefined;
  // Most runs have none, and start without what it stands on.
  const { openClusterApi } = await import('#lib/cluster-api');
  return openClusterApi({ objects: clusterObjects, namespace });
}

/** Keeps what is patched in the run's directory, and says what the API is and where that is. */
export function keepPatched(
  cluster: ClusterApi | undefined,
  { clusterObjects }: Objects,
  directory: RunDirectory,
  emit: Emit,
): void {
  if (cluster === undefined) return;
  const hasRoles = clusterObjects.some(({ kind }) => /Role$|RoleBinding$/.test(kind));
  emit({
    type: 'note',
    text: `the steps have an API of a cluster with ${clusterObjects.length} objects of the files; ${
      hasRoles ? 'their Roles decide who may do what' : 'no Role is among them, so that everybody may do all'
    }`,
  });
  const told = new Set<string>();
  cluster.watch(async (object) => {
    const { kind, metadata } = object;
    const file = `objects/${metadata.namespace}/${kind.toLowerCase()}-${metadata.name}.yaml`;
    directory.writeObject(file, object);
    if (told.has(file)) return;
    told.add(file);
    emit({
      type: 'note',
      text: `the status of ${kind} ${metadata.namespace}/${metadata.name} was patched: ${directory.path}/${file}`,
    });
  });
}
