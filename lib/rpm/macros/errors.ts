import { ExpectedError } from '#lib/errors';

/** A macro file, or the body of a macro, that cannot be followed. */
export class InvalidMacroError extends ExpectedError {
  override readonly name = 'InvalidMacroError';
  override readonly kind = 'invalid';
}
