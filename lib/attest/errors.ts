import { ExpectedError } from '#lib/errors';

/** A statement is not what in-toto and SLSA ask for, or cannot be made from what is known. */
export class InvalidProvenanceError extends ExpectedError {
  override readonly name = 'InvalidProvenanceError';
  override readonly kind = 'invalid';
}
