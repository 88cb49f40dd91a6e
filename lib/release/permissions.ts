import { type ReleaseKind, resourceTypes } from './resources.ts';

interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Something that a release pipeline does with an object of the cluster. */
export interface ReleasePermission {
  readonly verb: 'get' | 'patch' | 'create';
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string;
  readonly name?: string;
}

/** The objects of a release, by the params of its pipeline; a tenant's has neither admission nor service config. */
export interface ReleaseObjects {
  readonly release: ObjectName;
  readonly releasePlan: ObjectName;
  readonly releasePlanAdmission?: ObjectName | undefined;
  readonly releaseServiceConfig?: ObjectName | undefined;
  readonly snapshot: ObjectName;
}

/** What the account of a release pipeline has to be allowed, in the order of the params. */
export function neededPermissions(objects: ReleaseObjects): readonly ReleasePermission[] {
  const kinds: readonly (readonly [ReleaseKind, ObjectName | undefined])[] = [
    ['Release', objects.release],
    ['ReleasePlan', objects.releasePlan],
    ['ReleasePlanAdmission', objects.releasePlanAdmission],
    ['ReleaseServiceConfig', objects.releaseServiceConfig],
    ['Snapshot', objects.snapshot],
  ];
  return kinds.flatMap(([kind, where]) =>
    where === undefined ? [] : [{ verb: 'get', ...placeOf(kind), ...where } as const],
  );
}

/** Without this the Release says nothing of what was released, and is still a release. */
export function statusPermission({ release }: Pick<ReleaseObjects, 'release'>): ReleasePermission {
  return { verb: 'patch', ...placeOf('Release'), subresource: 'status', ...release };
}

/** Where the cluster says how it signs; without this nothing is signed without keys. */
export function settingsPermission(configMap: ObjectName): ReleasePermission {
  return { verb: 'get', group: '', resource: 'configmaps', ...configMap };
}

/** Internal requests are made in the namespace of the admission. */
export function internalRequestPermission(namespace: string): ReleasePermission {
  return { verb: 'create', ...placeOf('InternalRequest'), namespace };
}

function placeOf(kind: ReleaseKind): { readonly group: string; readonly resource: string } {
  const { group, plural } = resourceTypes[kind];
  return { group, resource: plural };
}
