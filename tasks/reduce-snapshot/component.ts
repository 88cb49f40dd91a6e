import { clusterAccess, parseObjectName, requireResource } from '#lib/kube';
import { builtComponent, checkDocument, InvalidReleaseError, resourceTypes, Snapshot } from '#lib/release';
import { quoted } from '#lib/text';

interface Asked {
  readonly SINGLE_COMPONENT_CUSTOM_RESOURCE: string;
  readonly SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: string;
}

/**
 * The component that the Snapshot says it was made for, as the cluster has it now.
 *
 * @param ownNamespace that of the pod, where the params name none
 * @throws {InvalidReleaseError} for another kind of object, and labels that name none
 */
export async function componentOf(
  { SINGLE_COMPONENT_CUSTOM_RESOURCE: resource, SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: namespace }: Asked,
  ownNamespace: string,
  signal: AbortSignal,
): Promise<string> {
  const [kind, name, ...rest] = resource.split('/');
  if (kind !== 'snapshot' || name === undefined || rest.length > 0)
    throw new InvalidReleaseError(
      `SINGLE_COMPONENT_CUSTOM_RESOURCE is ${quoted(resource)}, which is not snapshot/name`,
    );
  const where = parseObjectName(
    `${namespace === '' ? ownNamespace : namespace}/${name}`,
    'the Snapshot of SINGLE_COMPONENT_CUSTOM_RESOURCE',
  );
  const what = `Snapshot ${where.namespace}/${where.name}`;
  const object = await requireResource(await clusterAccess(), resourceTypes.Snapshot, where, signal);
  const { metadata } = checkDocument(object, Snapshot, what);
  return builtComponent(metadata.labels ?? {}, what);
}
