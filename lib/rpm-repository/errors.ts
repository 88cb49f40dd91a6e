import { ExpectedError } from '#lib/errors';

/** Nothing answers at the address of a repository, or there is none. */
export class RepositoryUnreachableError extends ExpectedError {
  override readonly name = 'RepositoryUnreachableError';
  override readonly kind = 'environment';
}

/** The metadata of a repository is not what createrepo_c writes, or other bytes than repomd.xml says. */
export class InvalidRepositoryError extends ExpectedError {
  override readonly name = 'InvalidRepositoryError';
  override readonly kind = 'invalid';
}
