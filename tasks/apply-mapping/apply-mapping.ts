import { readTrustedCa } from '#lib/konflux';
import { registryClientFor } from '#lib/oci';
import {
  applyMapping,
  InvalidReleaseError,
  type Mapped,
  type Mapping,
  MappingData,
  SnapshotSpec,
} from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { table } from '#lib/text';
import { registryFacts } from './registry-facts.ts';
import { task } from './task.ts';

export default implement(task.steps['apply-mapping'], async ({ params, workspaces, log, signal }) => {
  const files = releaseFiles({ params, workspaces });
  const snapshot = files.read(params.snapshotPath, SnapshotSpec, 'the Snapshot');
  const { mapping } = files.has(params.dataPath)
    ? files.read(params.dataPath, MappingData, 'the data of the release')
    : {};
  if (!mapping) {
    log.warn('the data of the release has no mapping: the Snapshot stays as it is');
    return { mapped: 'false' };
  }
  using client = registryClientFor({ tlsVerify: true, images: [] }, { ca: await readTrustedCa() });
  const { addImplicitTimestampTag } = params;
  const mapped = await applyMapping(snapshot, mapping, registryFacts(client, signal), {
    now: new Date(),
    addImplicitTimestampTag,
  });
  log.info(tableOf(mapped));
  refuseIncomplete(mapped, mapping, params.failOnEmptyResult);
  files.write(params.snapshotPath, mapped.snapshot);
  return { mapped: 'true' };
});

function tableOf({ snapshot, onlyInSnapshot, onlyInMapping }: Mapped): string {
  const rows = [
    ...snapshot.components.flatMap(({ name, repositories }) =>
      repositories.map(({ url, tags }) => [name, 'released', url, tags.join(' ')]),
    ),
    ...onlyInSnapshot.map((name) => [name, 'not released: the mapping does not have it']),
    ...onlyInMapping.map((name) => [name, 'not released: the Snapshot does not have it']),
  ];
  return table(['component', 'becomes', 'repository', 'tags'], rows).trimEnd();
}

function refuseIncomplete(
  { snapshot, onlyInSnapshot, onlyInMapping }: Mapped,
  { failOnUnmapped = false }: Mapping,
  failOnEmptyResult: boolean,
): void {
  const sides = `only the Snapshot has ${told(onlyInSnapshot)}, only the mapping has ${told(onlyInMapping)}`;
  const hint = 'components are joined by name: is each spelled as its Component is?';
  if (failOnEmptyResult && snapshot.components.length === 0)
    throw new InvalidReleaseError(`no component is both in the Snapshot and in the mapping: ${sides}`, {
      hint,
    });
  if (failOnUnmapped && onlyInSnapshot.length + onlyInMapping.length > 0)
    throw new InvalidReleaseError(`failOnUnmapped, and not every component is on both sides: ${sides}`, {
      hint,
    });
}

function told(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
