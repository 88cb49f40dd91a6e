import { quoted } from '#lib/text';
import { InvalidHostError } from './errors.ts';

/**
 * A path relative to the host's directory, and below it.
 *
 * @throws {InvalidHostError} for one that is none, or would lead out of it
 */
export function placeBelow(path: string): string {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\0\n]/.test(path))
    throw new InvalidHostError(`no place below the directory of the build host: ${quoted(path)}`);
  return path;
}
