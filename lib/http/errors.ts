import { ExpectedError } from '#lib/errors';

/** A document could not be had: no answer, one that says no, one that leads elsewhere. */
export class DownloadError extends ExpectedError {
  override readonly name = 'DownloadError';
  override readonly kind = 'environment';
  /** Status of the answer; undefined when none came. */
  readonly status: number | undefined;
  /** The header, where the server asked for patience. */
  readonly retryAfter: string | undefined;
  /** It was waited for in vain. */
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

/** It has more bytes than whoever asked for it takes. */
export class TooLargeError extends ExpectedError {
  override readonly name = 'TooLargeError';
  override readonly kind = 'invalid';
}
