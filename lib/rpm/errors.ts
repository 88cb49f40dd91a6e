import { ExpectedError } from '#lib/errors';

/** What is there is no RPM database, or one that is broken. */
export class InvalidRpmdbError extends ExpectedError {
  override readonly name = 'InvalidRpmdbError';
  override readonly kind = 'invalid';
}

/** What would be written into a repository file would not be read as it is meant. */
export class InvalidRepoError extends ExpectedError {
  override readonly name = 'InvalidRepoError';
  override readonly kind = 'invalid';
}
