import { ExpectedError } from '#lib/errors';

export interface Waiver {
  readonly check: string;
  /** RPM's or OCI's name; every architecture without it. */
  readonly arch: string | undefined;
  readonly reason: string;
}

export class InvalidWaiverError extends ExpectedError {
  override readonly name = 'InvalidWaiverError';
}

/** Reads `check=reason` and `check@architecture=reason`; a check that does not exist is an error, not a wish. */
export function parseWaivers(texts: readonly string[], known: readonly string[]): Waiver[] {
  return texts.map((text) => {
    const match = /^(?<check>[^=@]+)(?:@(?<arch>[^=]+))?=(?<reason>.*\S.*)$/s.exec(text)?.groups;
    if (!match)
      throw new InvalidWaiverError(`not a waiver: ${JSON.stringify(text)}`, {
        hint: 'write check=reason or check@architecture=reason',
      });
    const { check = '', arch, reason = '' } = match;
    if (!known.includes(check))
      throw new InvalidWaiverError(`cannot waive ${check}: there is no such check`, {
        hint: `there are: ${known.join(', ')}`,
      });
    return { check, arch, reason: reason.trim() };
  });
}
