import { ExpectedError } from '#lib/errors';

/** A statement is not what in-toto and SLSA ask for, or cannot be made of what is known. */
export class InvalidProvenanceError extends ExpectedError {
  override readonly name = 'InvalidProvenanceError';
}

/** The list in an image of what was bundled into its steps is not one. */
export class InvalidPackageListError extends ExpectedError {
  override readonly name = 'InvalidPackageListError';
}
