import { readTrustedCa } from '#lib/konflux';
import { registryClientFor } from '#lib/oci';
import { createLimits, findReleased } from '#lib/promote';
import { MappedSnapshot, promotionsOf } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { table } from '#lib/text';
import { task } from './task.ts';

/** Requests at each registry at once. */
const CONCURRENCY = 20;

export default implement(task.steps['filter-already-released-images'], async (context) => {
  const { params, log, signal } = context;
  const files = releaseFiles(context);
  const snapshot = files.read(params.snapshotPath, MappedSnapshot, 'the mapped Snapshot');
  const promotions = promotionsOf(snapshot, {}, { copyAttachedArtifacts: false });
  using client = registryClientFor({ tlsVerify: true, images: [] }, { ca: await readTrustedCa() });
  const released = await findReleased(client, promotions, { limits: createLimits(CONCURRENCY), signal });
  const rows = promotions.map(({ component, targets }, index) => [
    component,
    String(targets.reduce((sum, { tags }) => sum + tags.length, 0)),
    released[index] ? 'released: left out' : 'to be released',
  ]);
  for (const line of table(['COMPONENT', 'TAGS', ''], rows).trimEnd().split('\n')) log.info(line);
  const components = snapshot.components.filter((_, index) => !released[index]);
  if (components.length < snapshot.components.length)
    files.write(params.snapshotPath, { ...snapshot, components });
  return { skip_release: released.length > 0 && components.length === 0 };
});
