import { ExpectedError } from '#lib/errors';

/** The catalog names something that is not in it. */
export class UnknownItemError extends ExpectedError {
  override readonly name = 'UnknownItemError';
  override readonly kind = 'invalid';
}

/**
 * What is to be published is not fit for it: a step image without a platform, a tree with changes, a text that is no
 * tag.
 */
export class UnfitError extends ExpectedError {
  override readonly name = 'UnfitError';
  override readonly kind = 'invalid';
}

/** Publishing ended midway; the message says what has moved. */
export class PublishError extends ExpectedError {
  override readonly name = 'PublishError';
  override readonly kind = 'environment';
}
