import { ExpectedError } from '#lib/errors';
import { isDay, isOver, quoted } from '#lib/text';

export interface Waiver {
  readonly check: string;
  /** RPM's or OCI's name; every architecture without it. */
  readonly arch: string | undefined;
  readonly reason: string;
  /** The last day on which it holds, in UTC, as YYYY-MM-DD. */
  readonly until: string | undefined;
}

export class InvalidWaiverError extends ExpectedError {
  override readonly name = 'InvalidWaiverError';
  override readonly kind = 'invalid';
}

/** What a waiver looks like, for a hint. */
export const waiverForm =
  'check=reason or check@architecture=reason, and ;until=YYYY-MM-DD at its end if it is to end';

/**
 * Reads `check=reason` and `check@architecture=reason`, either with `;until=YYYY-MM-DD` at its end; a check or a day
 * that does not exist is an error, not a wish.
 */
export function parseWaivers(texts: readonly string[], known: readonly string[]): Waiver[] {
  return texts.map((text) => {
    const match = /^(?<check>[^=@]+)(?:@(?<arch>[^=]+))?=(?<rest>.*)$/s.exec(text)?.groups;
    const { check = '', arch, rest = '' } = match ?? {};
    const [, reason = rest, until] = /^(?<reason>.*?);\s*until\s*=(?<until>.*)$/is.exec(rest) ?? [];
    if (!match || reason.trim() === '')
      throw new InvalidWaiverError(`not a waiver: ${quoted(text)}`, { hint: `write ${waiverForm}` });
    if (!known.includes(check))
      throw new InvalidWaiverError(`cannot waive ${quoted(check)}: there is no such check`, {
        hint: `there are: ${known.join(', ')}`,
      });
    if (until !== undefined && !isDay(until.trim()))
      throw new InvalidWaiverError(`the waiver of ${check} ends on no day: ${quoted(until)}`, {
        hint: 'write ;until=YYYY-MM-DD, a day in UTC; the waiver holds to its end',
      });
    return { check, arch, reason: reason.trim(), until: until?.trim() };
  });
}

/** Whether its last day is over. */
export function isExpired({ until }: Waiver, now: Date): boolean {
  return until !== undefined && isOver(until, now);
}
