import { readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { artifactClient, useArtifact } from '#lib/trusted-artifacts';
import { rpmPaths } from './asks-for-rpms.ts';
import { task } from './task.ts';

/** Fetches the source where it is looked at; `when` knows bare words alone, and an input may be JSON. */
export default implement(task.steps['use-trusted-artifact'], async ({ params, workspaces, log, signal }) => {
  if (rpmPaths(params.input).length === 0) {
    log.info('the input asks for no RPM: the source is not fetched');
    return {};
  }
  using client = artifactClient({ uris: [params.SOURCE_ARTIFACT] }, await readTrustedCa());
  await useArtifact({ uri: params.SOURCE_ARTIFACT, destination: workspaces.source, client, signal, log });
  return {};
});
