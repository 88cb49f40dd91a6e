import { ExpectedError } from '#lib/errors';
import type { Digest } from './digest.ts';

/** The bytes are not those that the descriptor names. */
export class DigestMismatchError extends ExpectedError {
  override readonly name = 'DigestMismatchError';
  override readonly kind = 'environment';
  readonly expected: Digest;
  /** Undefined where the size alone shows it. */
  readonly actual: Digest | undefined;

  constructor(message: string, facts: { expected: Digest; actual?: Digest | undefined; cause?: unknown }) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.expected = facts.expected;
    this.actual = facts.actual;
  }
}
