import { printable, quoted } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';
import { deepMerge, isMap, type Json, type JsonMap } from './merge.ts';
import type { Release, ReleasePlan, ReleasePlanAdmission, Snapshot, SnapshotSpec } from './resources.ts';

/** The resources of one release; a tenant's has no admission, and one that is only planned no Release. */
export interface Resources {
  readonly release: Release | undefined;
  readonly releasePlan: ReleasePlan;
  readonly releasePlanAdmission: ReleasePlanAdmission | undefined;
}

/** Data of one resource, the strongest first. */
export interface DataSource {
  /** `ReleasePlan bootc-tenant/plan`, or `collectors of Release …`. */
  readonly name: string;
  readonly data: Json;
}

/** The resources that say something in the data of a release, the strongest first: it is the order in which they are merged. */
export function dataSources({
  release,
  releasePlan,
  releasePlanAdmission,
}: Resources): readonly DataSource[] {
  const source = (kind: string, { metadata, spec }: Release | ReleasePlan | ReleasePlanAdmission) => ({
    name: `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
    data: spec.data ?? {},
  });
  return [
    ...(releasePlanAdmission === undefined ? [] : [source('ReleasePlanAdmission', releasePlanAdmission)]),
    source('ReleasePlan', releasePlan),
    ...(release === undefined ? [] : ofRelease(source('Release', release), release)),
  ];
}

function ofRelease(named: DataSource, release: Release): readonly DataSource[] {
  return [named, { name: `collectors of ${named.name}`, data: collected(release) }];
}

/** The data of a release: what each source says, merged. */
export function mergeData(sources: readonly DataSource[]): JsonMap {
  const merged = sources.toReversed().reduce((all: Json, { data }) => deepMerge(all, data), {});
  if (!isMap(merged)) throw new InvalidReleaseError('the data of the release is no map');
  return merged;
}

/**
 * Whether the data asks for the one component that the Snapshot was made for.
 *
 * @throws {InvalidReleaseError} for what is neither true nor false
 */
export function isSingleComponentMode({ singleComponentMode }: JsonMap): boolean {
  const text =
    typeof singleComponentMode === 'string'
      ? singleComponentMode
      : JSON.stringify(singleComponentMode ?? false);
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw new InvalidReleaseError(`singleComponentMode of the data is ${quoted(text)}, neither true nor false`);
}

/** What collectors found: those of the admission's side first, as upstream merges them. */
function collected({ status }: Release): Json {
  const { managed, tenant } = status?.collectors ?? {};
  return [...Object.values(managed ?? {}), ...Object.values(tenant ?? {})].reduce(
    (all: Json, one) => deepMerge(all, one),
    {},
  );
}

/** Keys of releaseNotes that an admission alone may set (collect_data.py, _DISALLOWED_RELEASE_NOTE_KEYS). */
const ADMISSION_ONLY = [
  'product_id',
  'product_name',
  'product_version',
  'product_stream',
  'cpe',
  'allow_custom_live_id',
];

/**
 * Refuses keys that only a ReleasePlanAdmission may set.
 *
 * @throws {InvalidReleaseError} naming each of them, and the resource
 */
export function refuseAdmissionKeys(resources: Pick<Resources, 'release' | 'releasePlan'>): void {
  const found = dataSources({ ...resources, releasePlanAdmission: undefined })
    .filter(({ name }) => !name.startsWith('collectors'))
    .flatMap(({ name, data }) => {
      const notes = isMap(data) ? data.releaseNotes : undefined;
      if (!isMap(notes)) return [];
      return ADMISSION_ONLY.filter((key) => Object.hasOwn(notes, key) && notes[key] !== null).map(
        (key) => `releaseNotes.${key} of ${name}`,
      );
    });
  if (found.length === 0) return;
  throw new InvalidReleaseError(`only a ReleasePlanAdmission may set ${found.join(', ')}`, {
    hint: 'take it out there',
  });
}

/**
 * The Snapshot as the tasks hand it on: it has a componentGroup in place of an application, as upstream's.
 *
 * @throws {InvalidReleaseError} for two components of one name, and a Snapshot of another application than the plan's
 */
export function snapshotSpecOf(
  { metadata, spec }: Snapshot,
  { releasePlan, releasePlanAdmission }: Pick<Resources, 'releasePlan' | 'releasePlanAdmission'>,
): SnapshotSpec {
  const name = `Snapshot ${metadata.namespace ?? ''}/${metadata.name}`;
  const { application, componentGroup, components, ...rest } = spec;
  const names = components.map((one) => one.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined)
    throw new InvalidReleaseError(`${name} has two components of the name ${quoted(twice)}`);
  const group = componentGroup || application;
  const { metadata: plan, spec: planned } = releasePlan;
  const wanted = planned.componentGroup ?? planned.application;
  if (group && wanted !== undefined && wanted !== group)
    throw new InvalidReleaseError(
      `${name} is of ${printable(group)}, and ReleasePlan ${plan.namespace ?? ''}/${plan.name} of ${printable(wanted)}`,
      { hint: 'release it by the plan of its own application' },
    );
  const admitted = releasePlanAdmission?.spec.applications;
  if (group && admitted && admitted.length > 0 && !admitted.includes(group))
    throw new InvalidReleaseError(
      `${name} is of ${printable(group)}, which ReleasePlanAdmission ${releasePlanAdmission?.metadata.name} does not admit`,
    );
  return { ...rest, components, componentGroup: group ?? null };
}
