import { ExpectedError } from '#lib/errors';

/** The compose, or a file of it, cannot be read: the network, the server, a wrong URL. */
export class ComposeUnreachableError extends ExpectedError {
  override readonly name = 'ComposeUnreachableError';
  override readonly kind = 'environment';
}

/** What is there is no compose, or one whose metadata cannot be trusted. */
export class InvalidComposeError extends ExpectedError {
  override readonly name = 'InvalidComposeError';
  override readonly kind = 'invalid';
}

/** The compose has ended badly. */
export class DoomedComposeError extends ExpectedError {
  override readonly name = 'DoomedComposeError';
  override readonly kind = 'invalid';
}
