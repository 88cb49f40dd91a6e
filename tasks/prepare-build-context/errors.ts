import { ExpectedError } from '#lib/errors';

/** A lock of rpm-ostree, or the manifest that it belongs to, is not what rpm-ostree reads. */
export class InvalidManifestLockError extends ExpectedError {
  override readonly name = 'InvalidManifestLockError';
  override readonly kind = 'invalid';
}

/** Packages that the locks name are in no repository. */
export class MissingPackagesError extends ExpectedError {
  override readonly name = 'MissingPackagesError';
  override readonly kind = 'invalid';
}
