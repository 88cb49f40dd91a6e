import { join } from 'node:path';
import { Release, ReleasePlan, refuseAdmissionKeys, releaseFileNames } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { task } from './task.ts';

export default implement(task.steps['check-data-key-sources'], async ({ params, workspaces }) => {
  const files = releaseFiles({ params, workspaces });
  const at = (name: string) => join(params.subdirectory, name);
  const release = files.read(at(releaseFileNames.release), Release, 'the Release');
  const releasePlan = files.read(at(releaseFileNames.releasePlan), ReleasePlan, 'the ReleasePlan');
  refuseAdmissionKeys({ release, releasePlan });
  return {};
});
