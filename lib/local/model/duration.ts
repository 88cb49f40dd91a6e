import { formatDuration, parseDuration as millisecondsOf } from '#lib/tekton/objects';
import { InvalidRunError } from './errors.ts';

/**
 * Milliseconds of a Go duration such as `1h30m`; 0 means no limit.
 *
 * @throws {InvalidRunError} for anything else
 */
export function parseDuration(text: string, path: string): number {
  const milliseconds = millisecondsOf(text);
  if (milliseconds === undefined)
    throw new InvalidRunError(`invalid duration "${text}"`, { path, hint: 'write it like 1h30m or 90s' });
  if (milliseconds >= 0) return milliseconds;
  throw new InvalidRunError(`invalid value: ${formatDuration(milliseconds)} should be >= 0`, { path });
}
