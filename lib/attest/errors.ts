import { ExpectedError } from '#lib/errors';

/** A statement is not what in-toto and SLSA ask for, or cannot be made from what is known. */
export class InvalidProvenanceError extends ExpectedError {
  override readonly name = 'InvalidProvenanceError';
  override readonly kind = 'invalid';
}

/** A private key cannot be read, or not be decrypted. */
export class SigningKeyError extends ExpectedError {
  override readonly name = 'SigningKeyError';
  override readonly kind = 'invalid';
}
