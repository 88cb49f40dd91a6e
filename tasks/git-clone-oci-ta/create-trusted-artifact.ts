import { readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { artifactClient, createArtifacts } from '#lib/trusted-artifacts';
import { task } from './task.ts';

export default implement(
  task.steps['create-trusted-artifact'],
  async ({ params, workspaces, log, signal }) => {
    const store = params.ociStorage;
    using client = artifactClient({ store }, await readTrustedCa());
    const { SOURCE_ARTIFACT = '' } = await createArtifacts({
      store,
      artifacts: [{ name: 'SOURCE_ARTIFACT', path: workspaces.source }],
      expiresAfter: params.ociArtifactExpiresAfter,
      client,
      signal,
      log,
    });
    return { SOURCE_ARTIFACT };
  },
);
