import { readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { artifactClient, createArtifacts } from '#lib/trusted-artifacts';
import { task } from './task.ts';

export default implement(
  task.steps['create-trusted-artifact'],
  async ({ params, workspaces, log, signal }) => {
    using client = artifactClient({ store: params.ociStorage }, await readTrustedCa());
    const uris = await createArtifacts({
      store: params.ociStorage,
      artifacts: [
        { name: 'SOURCE_ARTIFACT', path: workspaces.source },
        { name: 'CACHI2_ARTIFACT', path: workspaces.cachi2 },
      ],
      expiresAfter: params.ociArtifactExpiresAfter,
      client,
      signal,
      log,
    });
    const { SOURCE_ARTIFACT = params.SOURCE_ARTIFACT, CACHI2_ARTIFACT = '' } = uris;
    return { SOURCE_ARTIFACT, CACHI2_ARTIFACT, PREFETCH_ARTIFACT: CACHI2_ARTIFACT };
  },
);
