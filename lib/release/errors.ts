import { ExpectedError } from '#lib/errors';

/** What a release is made of is not as it has to be: a custom resource, its data, a file of another task. */
export class InvalidReleaseError extends ExpectedError {
  override readonly name = 'InvalidReleaseError';
  override readonly kind = 'invalid';
}
