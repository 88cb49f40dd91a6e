import { ExpectedError } from '#lib/errors';

/** The text is no lock of RPMs, or one that would be read in two ways. */
export class InvalidRpmLockError extends ExpectedError {
  override readonly name = 'InvalidRpmLockError';
  override readonly kind = 'invalid';
}
