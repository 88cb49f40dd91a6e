import { ExpectedError } from '#lib/errors';

/** The API of the cluster that the step runs in gives no answer, or one that nobody can read. */
export class ClusterError extends ExpectedError {
  override readonly name = 'ClusterError';
  override readonly kind = 'environment';
}
