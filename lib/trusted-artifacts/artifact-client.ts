import { parseReference, type RegistryClient, registryClientFor } from '#lib/oci';
import { parseArtifactUri } from './artifact-uri.ts';
import { isInsecure } from './oras-options.ts';

interface Places {
  /** Repository, with or without a tag, that artifacts are stored in. */
  readonly store?: string;
  /** Artifacts that are used; an empty URI is passed over. */
  readonly uris?: readonly string[];
}

/**
 * The client of a step that stores or uses artifacts: ORAS_OPTIONS let the registries of these, and no others, do without
 * TLS, on both sides alike.
 *
 * @param ca authorities beside the system's, in PEM
 * @throws {InvalidArtifactError} for a URI that is none, or an option of ORAS_OPTIONS that is not known
 */
export function artifactClient({ store, uris = [] }: Places, ca: readonly string[]): RegistryClient {
  const images = [
    ...(store === undefined ? [] : [parseReference(store)]),
    ...uris.filter((uri) => uri !== '').map((uri) => parseArtifactUri(uri).repository),
  ];
  return registryClientFor({ tlsVerify: !isInsecure(), images }, { ca });
}
