import { ExpectedError } from '#lib/errors';

/** What should be a trusted artifact is none, or would leave the place that it is unpacked to; or a tree cannot be one. */
export class InvalidArtifactError extends ExpectedError {
  override readonly name = 'InvalidArtifactError';
  override readonly kind = 'invalid';
}
