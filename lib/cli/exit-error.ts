import { ExpectedError } from '#lib/errors';

/** A failure that ends the command with a code of its own (exit-codes.ts). */
export class ExitError extends ExpectedError {
  override readonly name = 'ExitError';
  readonly code: number;

  constructor(code: number, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options);
    this.code = code;
  }
}
