import {
  applyMapping,
  builtComponent,
  checkData,
  checkDocument,
  dataSources,
  isSingleComponentMode,
  type Mapped,
  MappedSnapshot,
  MappingData,
  mergeData,
  PushData,
  parseSystems,
  type RegistryFacts,
  type Resources,
  reduceSnapshot,
  refuseAdmissionKeys,
  refuseIncomplete,
  type Snapshot,
  snapshotSpecOf,
  unknownKeys,
} from '#lib/release';

/** What push-to-external-registry says that it serves: a release without a mapping is refused. */
const SYSTEMS = ['[{"systemName": "mapping", "dynamic": false}]'];

export interface MappedRelease extends Mapped {
  readonly data: PushData;
}

/**
 * What the tasks collect-data, check-data-keys, reduce-snapshot and apply-mapping make of a release, one after the other.
 *
 * @param files where each kind of resource was read, for errors
 * @throws {InvalidReleaseError} as those tasks do
 */
export async function mapRelease(
  snapshot: Snapshot,
  resources: Resources,
  files: Readonly<Record<string, string | undefined>>,
  registry: RegistryFacts,
  warn: (text: string) => void,
): Promise<MappedRelease> {
  const whole = snapshotSpecOf(snapshot, resources);
  const { release, releasePlan } = resources;
  refuseAdmissionKeys({ release, releasePlan });
  const sources = dataSources(resources).map(({ name, data }) => {
    const file = files[/(?:^|^collectors of )(\w+) /.exec(name)?.[1] ?? ''];
    return { name: file === undefined ? name : `${name} in ${file}`, data };
  });
  const merged = mergeData(sources);
  const unknown = unknownKeys(merged);
  if (unknown.length > 0) warn(`nobody here knows the keys ${unknown.join(', ')}: are they spelled right?`);
  const checked = checkData(merged, parseSystems(SYSTEMS), sources);
  const data = checkDocument(checked, PushData, 'the data of the release');
  const { mapping } = checkDocument(checked, MappingData, 'the data of the release');
  const reduced = isSingleComponentMode(checked)
    ? reduceSnapshot(whole, builtComponent(snapshot.metadata.labels ?? {}, `Snapshot in ${files.Snapshot}`))
    : { snapshot: whole };
  if (reduced.warning !== undefined) warn(reduced.warning);
  const mapped = await applyMapping(reduced.snapshot, mapping ?? {}, registry, { now: new Date() });
  refuseIncomplete(mapped, mapping ?? {}, true);
  return { ...mapped, snapshot: checkDocument(mapped.snapshot, MappedSnapshot, 'the mapped Snapshot'), data };
}
