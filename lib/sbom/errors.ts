import { ExpectedError } from '#lib/errors';

/** What is installed in an image, or was bundled into its steps, cannot be told. */
export class InvalidPackageListError extends ExpectedError {
  override readonly name = 'InvalidPackageListError';
  override readonly kind = 'invalid';
}
