import { ExpectedError } from '#lib/errors';

/** A run of which no statement can be made. */
export class InvalidRunRecordError extends ExpectedError {
  override readonly name = 'InvalidRunRecordError';
  override readonly kind = 'invalid';
}
