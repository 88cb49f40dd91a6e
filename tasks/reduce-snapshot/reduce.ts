import { reduceSnapshot, SnapshotSpec } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { componentOf } from './component.ts';
import { task } from './task.ts';

export default implement(task.steps.reduce, async ({ params, workspaces, log, signal }) => {
  const files = releaseFiles({ params, workspaces });
  const snapshot = files.read(params.SNAPSHOT, SnapshotSpec, 'the Snapshot');
  if (!params.SINGLE_COMPONENT) {
    files.write(params.SNAPSHOT_PATH, snapshot);
    return {};
  }
  const component = await componentOf(params, workspaces.namespace, signal);
  const reduced = reduceSnapshot(snapshot, component);
  if (reduced.warning === undefined) log.info(`of the Snapshot ${component} is released`);
  else log.warn(reduced.warning);
  files.write(params.SNAPSHOT_PATH, reduced.snapshot);
  return {};
});
