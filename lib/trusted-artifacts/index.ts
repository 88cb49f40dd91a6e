export { artifactClient } from './artifact-client.ts';
export { parseArtifactUri } from './artifact-uri.ts';
export { type ArtifactInput, type CreateOptions, createArtifacts, type Uris } from './create-artifacts.ts';
export { InvalidArtifactError } from './errors.ts';
export { type ArtifactLog, SKIP_FILE } from './skip.ts';
export { type UseOptions, useArtifact } from './use-artifact.ts';
