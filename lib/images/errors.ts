import { ExpectedError } from '#lib/errors';

/** What is wrong with the data of a set, where, and what to do. */
export interface ImagesFinding {
  /** `streams[2].exceptions.iot.platforms` */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** The data of a set of images contradicts itself; all of it is told. */
export class InvalidImagesError extends ExpectedError {
  override readonly name = 'InvalidImagesError';
  override readonly kind = 'invalid';
}

/** @throws {InvalidImagesError} where there is a finding */
export function refuseFindings(name: string, findings: readonly ImagesFinding[]): void {
  if (findings.length === 0) return;
  const lines = findings.map(({ path, message, hint }) => `  ${path}: ${message}; ${hint}`);
  throw new InvalidImagesError(`the images of ${name} are not as they must be:\n${lines.join('\n')}`);
}

/** A text that should list what may fail does not. */
export class InvalidFailableError extends ExpectedError {
  override readonly name = 'InvalidFailableError';
  override readonly kind = 'invalid';
}
