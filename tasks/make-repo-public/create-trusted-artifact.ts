import { createReleaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { task } from './task.ts';

export default implement(task.steps['create-trusted-artifact'], async (context) => ({
  sourceDataArtifact: await createReleaseFiles(context),
}));
