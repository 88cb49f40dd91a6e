import { ExpectedError } from '#lib/errors';

interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter?: string | undefined;
}

/** A registry answered with a refusal. */
export class RegistryError extends ExpectedError {
  override readonly name: string = 'RegistryError';
  override readonly kind = 'environment';
  readonly method: string;
  /** The URL without its query, which may hold a signature. */
  readonly url: string;
  readonly status: number;
  /** The error code of the distribution-spec, such as BLOB_UNKNOWN, where the registry gave one. */
  readonly code: string | undefined;
  /** The Retry-After header, where the registry sent one. */
  readonly retryAfter: string | undefined;

  constructor(message: string, answer: Answer, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options);
    this.method = answer.method;
    this.url = answer.url;
    this.status = answer.status;
    this.code = answer.code;
    this.retryAfter = answer.retryAfter;
  }
}

/** Nobody is logged in, or the user may not do this (401 and 403). */
export class UnauthorizedError extends RegistryError {
  override readonly name = 'UnauthorizedError';
}

/** No such manifest, blob, tag or repository; from a registry its cause is the RegistryError. */
export class NotFoundError extends ExpectedError {
  override readonly name = 'NotFoundError';
  override readonly kind = 'environment';
}

/** No answer: the connection was refused, reset, or stalled, and trying again did not help. */
export class UnreachableError extends ExpectedError {
  override readonly name = 'UnreachableError';
  override readonly kind = 'environment';
  readonly method: string;
  readonly url: string;
  /** The system's code, such as ECONNREFUSED. */
  readonly code: string | undefined;

  constructor(
    message: string,
    facts: { method: string; url: string; code: string | undefined; cause?: unknown; hint?: string },
  ) {
    const { cause, hint } = facts;
    super(message, { ...(cause === undefined ? {} : { cause }), ...(hint === undefined ? {} : { hint }) });
    this.method = facts.method;
    this.url = facts.url;
    this.code = facts.code;
  }
}

/** Text that is no image reference, tag, digest or platform. */
export class InvalidReferenceError extends ExpectedError {
  override readonly name = 'InvalidReferenceError';
  override readonly kind = 'invalid';
}

/** Bytes that are no manifest, index or image configuration, or that break the image-spec. */
export class InvalidManifestError extends ExpectedError {
  override readonly name = 'InvalidManifestError';
  override readonly kind = 'invalid';
}

/** The image has no manifest for the platform that was asked for. */
export class MissingPlatformError extends ExpectedError {
  override readonly name = 'MissingPlatformError';
  override readonly kind = 'invalid';
  readonly available: readonly string[];

  constructor(message: string, available: readonly string[]) {
    super(message);
    this.available = available;
  }
}

/** A credentials file or helper that cannot be used. */
export class CredentialsError extends ExpectedError {
  override readonly name = 'CredentialsError';
  override readonly kind = 'environment';
  /** Whether the request may be made anonymously; where that is refused, this error is the reason. */
  readonly mayBeNobody: boolean;

  constructor(message: string, options: { cause?: unknown; hint?: string; mayBeNobody?: boolean } = {}) {
    super(message, options);
    this.mayBeNobody = options.mayBeNobody ?? false;
  }
}
