import type { Param, TaskSpec } from '../model/api.ts';
import type { Objects } from '../objects/objects.ts';
import { buildHostOf } from '../pod/build-host.ts';
import type { ImageMap } from '../pod/image-map.ts';

/**
 * What controllers of a cluster give to a TaskRun, and what is to be said of it: the host that it builds on, the token of
 * its ServiceAccount.
 */
export function givenHere(
  task: string,
  spec: TaskSpec,
  params: readonly Param[],
  objects: Objects,
  imageMap: ImageMap,
): { readonly objects: Objects; readonly notes: readonly string[] } {
  const host = buildHostOf(spec, params, objects, imageMap);
  const hasToken = (spec.volumes ?? []).some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
  );
  return {
    objects: host
      ? {
          ...objects,
          secrets: new Map([...objects.secrets, [host.secret.metadata?.name ?? '', host.secret]]),
        }
      : objects,
    notes: [
      ...(host ? [`task ${task}: ${host.name} is the host for ${host.platform}`] : []),
      ...(hasToken && !objects.serviceAccountToken
        ? [
            `task ${task}: the token of its ServiceAccount is empty here; --serviceaccount-token gives it a file`,
          ]
        : []),
    ],
  };
}
