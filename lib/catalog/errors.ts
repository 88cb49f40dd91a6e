import { ExpectedError } from '#lib/errors';

/** A catalog does not say what it is made of, or a file in it does not define what its place says. */
export class InvalidCatalogError extends ExpectedError {
  override readonly name = 'InvalidCatalogError';
  override readonly kind = 'invalid';
}
