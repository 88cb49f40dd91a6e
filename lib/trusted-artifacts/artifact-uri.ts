import { type Digest, InvalidReferenceError, parseReference, type Reference } from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidArtifactError } from './errors.ts';

export interface ArtifactUri {
  readonly repository: Reference;
  /** Digest of the blob, which is the archive itself: no manifest is asked for. */
  readonly digest: Digest;
}

const HINT = 'it is the result of a create-trusted-artifact step: oci:<repository>@sha256:<64 hex digits>';

/** @throws {InvalidArtifactError} */
export function parseArtifactUri(uri: string): ArtifactUri {
  const refuse = (why: string, cause?: unknown) =>
    new InvalidArtifactError(`not a trusted artifact: ${quoted(uri)}: ${why}`, { hint: HINT, cause });
  const colon = uri.indexOf(':');
  if (colon === -1) throw refuse('it has no type');
  const type = uri.slice(0, colon);
  if (type !== 'oci') throw refuse(`the type ${quoted(type)} is not supported, only oci is`);
  try {
    const repository = parseReference(uri.slice(colon + 1));
    const { digest, tag } = repository;
    if (digest === undefined) throw refuse('it has no digest');
    if (!digest.startsWith('sha256:')) throw refuse('its digest is no sha256');
    if (tag !== undefined) throw refuse('it has a tag');
    return { repository, digest };
  } catch (error) {
    if (error instanceof InvalidReferenceError) throw refuse(error.message, error);
    throw error;
  }
}
