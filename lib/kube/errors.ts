import { ExpectedError } from '#lib/errors';

/** The API of a cluster gives no answer, or one that nobody can read; or there is none to ask. */
export class ClusterError extends ExpectedError {
  override readonly name = 'ClusterError';
  override readonly kind = 'environment';
}

/** Text that is no `namespace/name`. */
export class InvalidObjectNameError extends ExpectedError {
  override readonly name = 'InvalidObjectNameError';
  override readonly kind = 'invalid';
}
