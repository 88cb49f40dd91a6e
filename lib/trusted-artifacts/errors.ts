import { ExpectedError } from '#lib/errors';

/** A trusted artifact cannot be made of what is there, or what was made is not what it should be. */
export class InvalidArtifactError extends ExpectedError {
  override readonly name = 'InvalidArtifactError';
  override readonly kind = 'invalid';
}
