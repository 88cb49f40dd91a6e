import { ExpectedError } from '#lib/errors';

/** An address, a directory or a value that no host can be given. */
export class InvalidHostError extends ExpectedError {
  override readonly name = 'InvalidHostError';
  override readonly kind = 'invalid';
}

/** The host gives no answer, or none any more. */
export class HostUnreachableError extends ExpectedError {
  override readonly name = 'HostUnreachableError';
  override readonly kind = 'environment';
}

/** The host, or our own ssh, refuses the connection for a reason that stays: the key, or the host's own key. */
export class HostRefusedError extends ExpectedError {
  override readonly name = 'HostRefusedError';
  override readonly kind = 'environment';
}

/** A program failed on the host, or the host lacks one. */
export class HostCommandError extends ExpectedError {
  override readonly name = 'HostCommandError';
  override readonly kind = 'environment';
}
