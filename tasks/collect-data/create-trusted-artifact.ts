import { join } from 'node:path';
import { InvalidReleaseError, releaseFileNames, SnapshotSpec } from '#lib/release';
import { createReleaseFiles, releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { task } from './task.ts';

export default implement(task.steps['create-trusted-artifact'], async (context) => {
  const { params } = context;
  const firstImage = () => {
    const path = join(params.subdirectory, releaseFileNames.snapshotSpec);
    const { components } = releaseFiles(context).read(path, SnapshotSpec, 'the Snapshot');
    const [first] = components;
    if (first !== undefined) return first.containerImage;
    throw new InvalidReleaseError('the Snapshot has no component: there is nothing to release');
  };
  return { sourceDataArtifact: await createReleaseFiles(context, firstImage) };
});
