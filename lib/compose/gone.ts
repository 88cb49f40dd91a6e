import { printable } from '#lib/text';
import { ComposeUnreachableError } from './errors.ts';

/** Days after which a compose of updates is deleted, about; those of a release stay. */
const DAYS_OF_UPDATES = 10;
const DAY = 24 * 60 * 60 * 1000;

/** What is told where there is no compose: of one that was there once, since when such are deleted. */
export function noComposeAt(name: string, now = new Date()): ComposeUnreachableError {
  const { id, day } =
    /\/(?<id>[^/]+-updates(?:-testing)?-(?<day>\d{8})(?:\.[a-z]+)?\.\d+)$/.exec(name)?.groups ?? {};
  const end = id === undefined || day === undefined ? undefined : endOf(day);
  if (end === undefined || end > now) {
    return new ComposeUnreachableError(
      `there is no compose at ${printable(name)}: neither COMPOSE_ID nor STATUS`,
      { hint: 'give the directory that holds COMPOSE_ID, STATUS and compose/' },
    );
  }
  const since = end.toISOString().slice(0, 10);
  return new ComposeUnreachableError(`the compose ${printable(id ?? '')} is not there any more`, {
    hint: `composes of updates are deleted after some ${DAYS_OF_UPDATES} days, this one since about ${since}: take a newer one`,
  });
}

function endOf(day: string): Date | undefined {
  const made = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  return Number.isNaN(made) ? undefined : new Date(made + DAYS_OF_UPDATES * DAY);
}
