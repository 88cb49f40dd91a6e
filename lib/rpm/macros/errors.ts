import { ExpectedError } from '#lib/errors';

/** A macro file, or what a macro stands for, that is not followed. */
export class InvalidMacroError extends ExpectedError {
  override readonly name = 'InvalidMacroError';
  override readonly kind = 'invalid';
}
