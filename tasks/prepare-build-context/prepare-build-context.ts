import { writeFile } from 'node:fs/promises';
import { implement } from '#lib/step';
import { parseDuration } from '#lib/tekton/objects';
import { parseArtifactUri } from '#lib/trusted-artifacts';
import { rpmPaths } from './asks-for-rpms.ts';
import { makeLock } from './make-lock.ts';
import { task } from './task.ts';

/** Makes the locks of RPMs; the source goes on as it came until the next step has stored another one. */
export default implement(task.steps['prepare-build-context'], async ({ params, workspaces, log, signal }) => {
  // It may be passed on as the result of a trusted task, so it must be what that says it is.
  parseArtifactUri(params.SOURCE_ARTIFACT);
  const patience = parseDuration(params.waitForPackages) ?? 0;
  const paths = rpmPaths(params.input);
  let isChanged = false;
  for (const path of paths) {
    if (await makeLock({ source: workspaces.source, path, patience, signal, log })) isChanged = true;
  }
  if (paths.length === 0) log.info('the input asks for no RPM: the source goes on as it is');
  await writeFile(workspaces.changed, String(isChanged));
  return { SOURCE_ARTIFACT: params.SOURCE_ARTIFACT };
});
