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

/** A program ran on the host detached, and nobody knows how it ended. */
export class HostJobLostError extends ExpectedError {
  override readonly name = 'HostJobLostError';
  override readonly kind = 'environment';
}

/** What is to go to the host, or came from it, cannot be packed or may not be unpacked. */
export class HostTransferError extends ExpectedError {
  override readonly name = 'HostTransferError';
  override readonly kind = 'environment';
}

/** The server of the multi-platform controller gives no key for the password that is good once. */
export class OtpError extends ExpectedError {
  override readonly name = 'OtpError';
  override readonly kind = 'environment';
}
