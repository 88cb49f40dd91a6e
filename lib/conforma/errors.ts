import { ExpectedError } from '#lib/errors';

/** A policy, or a file of its data, that is not understood. */
export class InvalidPolicyError extends ExpectedError {
  override readonly name = 'InvalidPolicyError';
  override readonly kind = 'invalid';
}

/** What is attached to an image, or a statement about it, that is not understood. */
export class InvalidEvidenceError extends ExpectedError {
  override readonly name = 'InvalidEvidenceError';
  override readonly kind = 'invalid';
}
