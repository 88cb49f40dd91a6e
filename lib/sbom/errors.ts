import { ExpectedError } from '#lib/errors';

/** It is not certain what is installed in an image, or was bundled into its steps. */
export class InvalidPackageListError extends ExpectedError {
  override readonly name = 'InvalidPackageListError';
  override readonly kind = 'invalid';
}
