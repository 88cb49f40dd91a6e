import { readTrustedCa } from '#lib/konflux';
import { parseReference, registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import { createArtifacts, isInsecure } from '#lib/trusted-artifacts';
import { task } from './task.ts';

export default implement(
  task.steps['create-trusted-artifact'],
  async ({ params, workspaces, log, signal }) => {
    const store = params.ociStorage;
    const tls = { tlsVerify: !isInsecure(), images: [parseReference(store)] };
    using client = registryClientFor(tls, { ca: await readTrustedCa() });
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
