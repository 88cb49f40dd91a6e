import { readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { artifactClient, useArtifact } from '#lib/trusted-artifacts';
import { prefetchArtifact } from './both-names.ts';
import { PREFETCHED, SOURCE } from './places.ts';
import { task } from './task.ts';

export default implement(task.steps['use-trusted-artifact'], async ({ params, log, signal }) => {
  const prefetched = prefetchArtifact(params);
  const uris = [params.SOURCE_ARTIFACT, prefetched];
  using client = artifactClient({ uris }, await readTrustedCa());
  await useArtifact({ uri: params.SOURCE_ARTIFACT, destination: SOURCE, client, signal, log });
  await useArtifact({ uri: prefetched, destination: PREFETCHED, client, signal, log });
  return {};
});
