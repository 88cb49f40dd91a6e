import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** Where something stands in a manifest; lines count from 1. */
export interface Place {
  /** Below the directory of the manifests. */
  readonly file: string;
  readonly line: number;
}

/** A manifest is none, or says what rpm-ostree would refuse. */
export class InvalidTreefileError extends ExpectedError {
  override readonly name = 'InvalidTreefileError';
  override readonly kind = 'invalid';
}

export function refusal({ file, line }: Place, why: string, hint: string): InvalidTreefileError {
  return new InvalidTreefileError(`${printable(file)}:${line}: ${why}`, { hint });
}
