export { InvalidRepositoryError, RepositoryUnreachableError } from './errors.ts';
export type { RepositoryPackage } from './primary.ts';
export { type ReadOptions, type Repository, readRepository } from './read-repository.ts';
