import { ExpectedError } from '#lib/errors';

/** Objects that cannot be a bundle, or a bundle that cannot be read. */
export class InvalidBundleError extends ExpectedError {
  override readonly name = 'InvalidBundleError';
  override readonly kind = 'invalid';
}
