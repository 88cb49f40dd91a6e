import { ExpectedError } from '#lib/errors';

/** What is to be released is not fit for it: an index in an index, a tag for two images, platforms that would be lost. */
export class UnfitReleaseError extends ExpectedError {
  override readonly name = 'UnfitReleaseError';
  override readonly kind = 'invalid';
}

/** A release ended midway; the message says which tags have moved, or that none has. */
export class PromotionError extends ExpectedError {
  override readonly name = 'PromotionError';
  override readonly kind = 'environment';
}

/** Somebody else has moved a tag that this release was about to move. */
export class TagMovedError extends ExpectedError {
  override readonly name = 'TagMovedError';
  override readonly kind = 'environment';
}
