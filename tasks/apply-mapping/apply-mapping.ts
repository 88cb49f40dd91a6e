import { readTrustedCa } from '#lib/konflux';
import { registryClientFor } from '#lib/oci';
import {
  applyMapping,
  MappingData,
  mappingTable,
  refuseIncomplete,
  registryFacts,
  SnapshotSpec,
} from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
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
  log.info(mappingTable(mapped));
  refuseIncomplete(mapped, mapping, params.failOnEmptyResult);
  files.write(params.snapshotPath, mapped.snapshot);
  return { mapped: 'true' };
});
