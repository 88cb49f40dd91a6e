import { ExpectedError } from '#lib/errors';

/** A layer is no tar archive, or one that is cut off. */
export class InvalidLayerError extends ExpectedError {
  override readonly name = 'InvalidLayerError';
}
