import { ExpectedError } from '#lib/errors';

/** What prefetch-input asks for is not there, or cannot be understood. */
export class InvalidPrefetchInputError extends ExpectedError {
  override readonly name = 'InvalidPrefetchInputError';
  override readonly kind = 'invalid';
}

/** What a lock names cannot be had as it says; the message has a line for each file. */
export class PrefetchError extends ExpectedError {
  override readonly name = 'PrefetchError';
  override readonly kind = 'invalid';
}

/** The text is no netrc; it holds passwords, so the message quotes nothing of it. */
export class InvalidNetrcError extends ExpectedError {
  override readonly name = 'InvalidNetrcError';
  override readonly kind = 'invalid';
}
