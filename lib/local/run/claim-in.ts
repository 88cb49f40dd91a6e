import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidRunError } from '../model/errors.ts';

/** A claim is a directory of the run: made when first mounted, shared by all that mount it. */
export function claimIn(directory: string): (name: string) => Promise<string> {
  const made = new Map<string, Promise<string>>();
  const make = async (name: string) => {
    const path = join(directory, name);
    await mkdir(path, { recursive: true });
    await chmod(path, 0o777);
    return path;
  };
  return (name) => {
    if (name === '' || name.includes('/') || name === '..')
      throw new InvalidRunError(`there is no claim "${name}"`);
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}
