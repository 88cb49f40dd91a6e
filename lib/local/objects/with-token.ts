import { readFile } from 'node:fs/promises';
import { printable } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';
import type { Objects } from './objects.ts';

/**
 * Lets volumes of type serviceAccountToken hold what a file holds.
 *
 * @throws {InvalidRunError} for a file that cannot be read
 */
export async function withServiceAccountToken(objects: Objects, path: string | undefined): Promise<Objects> {
  if (path === undefined) return objects;
  const serviceAccountToken = await readFile(path).catch((cause: unknown) => {
    throw new InvalidRunError(`cannot read the token of the ServiceAccount from ${printable(path, 1_000)}`, {
      hint: 'give a file with a token, as kubectl create token writes it',
      cause,
    });
  });
  return { ...objects, serviceAccountToken };
}
