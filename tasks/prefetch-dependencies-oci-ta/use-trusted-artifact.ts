import { readTrustedCa } from '#lib/konflux';
import { registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import { useArtifact } from '#lib/trusted-artifacts';
import { task } from './task.ts';

export default implement(task.steps['use-trusted-artifact'], async ({ params, workspaces, log, signal }) => {
  using client = registryClientFor({ tlsVerify: true, images: [] }, { ca: await readTrustedCa() });
  await useArtifact({ uri: params.SOURCE_ARTIFACT, destination: workspaces.source, client, signal, log });
  return {};
});
