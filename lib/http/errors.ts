import { ExpectedError } from '#lib/errors';

/** A document could not be had: no answer came, or it was a refusal, or it led elsewhere. */
export class DownloadError extends ExpectedError {
  override readonly name = 'DownloadError';
  override readonly kind = 'environment';
  /** Status of the answer; undefined when none came. */
  readonly status: number | undefined;
  /** The Retry-After header, where the server sent one. */
  readonly retryAfter: string | undefined;
  /** Whether a whole timeout passed without progress. */
  readonly isStalled: boolean;

  constructor(
    message: string,
    options: { hint?: string; status?: number; retryAfter?: string | undefined; isStalled?: boolean } = {},
  ) {
    super(message, options);
    this.status = options.status;
    this.retryAfter = options.retryAfter;
    this.isStalled = options.isStalled ?? false;
  }
}

/** The document has more bytes than the caller takes. */
export class TooLargeError extends ExpectedError {
  override readonly name = 'TooLargeError';
  override readonly kind = 'invalid';
}

/** The document has another size or digest than it must have. */
export class WrongContentError extends ExpectedError {
  override readonly name = 'WrongContentError';
  override readonly kind = 'invalid';
}

/** The document came, and the disk does not take it. */
export class NotWrittenError extends ExpectedError {
  override readonly name = 'NotWrittenError';
  override readonly kind = 'environment';
}
