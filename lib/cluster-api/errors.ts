import { ExpectedError } from '#lib/errors';

/** An object of a file that the API of a cluster would not hold. */
export class ClusterObjectError extends ExpectedError {
  override readonly name = 'ClusterObjectError';
  override readonly kind = 'invalid';
}
