import { ExpectedError } from '#lib/errors';

/** A layer is no tar archive, or one that is cut off, or it costs more than an image may. */
export class InvalidLayerError extends ExpectedError {
  override readonly name = 'InvalidLayerError';
  override readonly kind = 'invalid';
}
