import type { Param, TaskSpec } from '../model/api.ts';
import type { Objects } from '../objects/objects.ts';
import { buildHostOf, buildsElsewhere } from '../pod/build-host.ts';
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
  hasApi: boolean,
): {
  readonly objects: Objects;
  readonly notes: readonly string[];
  /** Whether it builds elsewhere, and leaves something there when it is not given the time to clean up. */
  readonly buildsElsewhere: boolean;
} {
  const host = buildHostOf(spec, params, objects, imageMap);
  const hasToken = (spec.volumes ?? []).some(({ projected }) =>
    projected?.sources?.some(
      // What an API of the run gives has no audience.
      ({ serviceAccountToken: token }) => token !== undefined && !(hasApi && (token.audience ?? '') === ''),
    ),
  );
  const all = host
    ? {
        ...objects,
        secrets: new Map([...objects.secrets, [host.secret.metadata?.name ?? '', host.secret]]),
      }
    : objects;
  return {
    objects: all,
    buildsElsewhere: buildsElsewhere(spec, all),
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
