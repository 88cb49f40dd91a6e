import { ExpectedError } from '#lib/errors';

/** A Containerfile, or what is said about its build, is wrong, or is written in a way that nobody here understands. */
export class InvalidContainerfileError extends ExpectedError {
  override readonly name = 'InvalidContainerfileError';
  override readonly kind = 'invalid';
}

/** Makes the error of a line: `Containerfile:3: …`. */
export type Fail = (line: number, why: string, hint?: string) => InvalidContainerfileError;

export function failIn(file: string): Fail {
  return (line, why, hint) =>
    new InvalidContainerfileError(`${file}:${line}: ${why}`, hint === undefined ? {} : { hint });
}
