import { readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { artifactClient, useArtifact } from '#lib/trusted-artifacts';
import { task } from './task.ts';

export default implement(task.steps['use-trusted-artifact'], async ({ params, workspaces, log, signal }) => {
  using client = artifactClient({ uris: [params.SOURCE_ARTIFACT] }, await readTrustedCa());
  await useArtifact({ uri: params.SOURCE_ARTIFACT, destination: workspaces.source, client, signal, log });
  return {};
});
