import { BackendError } from '../model/errors.ts';

/** A file below /tekton/creds, and below a step's home. */
export interface CredentialFile {
  readonly path: string;
  readonly content: string;
}

/** A secret with where it is for: `secret` of an annotation `tekton.dev/git-0: https://host` or `docker-0`. */
export interface CredentialEntry {
  readonly secret: string;
  readonly url: string;
  readonly data: ReadonlyMap<string, string>;
}

/** @throws {BackendError} for a secret without what its type promises */
export function required(secret: string, key: string, data: ReadonlyMap<string, string>): string {
  const value = data.get(key);
  if (value !== undefined) return value;
  throw new BackendError(`secret "${secret}" has no key ${key}`, { reason: 'CreateContainerConfigError' });
}
