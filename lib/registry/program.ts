import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ExpectedError } from '#lib/errors';

/** The registry program is missing, or does not come up. */
export class RegistryProgramError extends ExpectedError {
  override readonly name = 'RegistryProgramError';
  override readonly kind = 'environment';
}

/** Debian's package calls distribution's server docker-registry, Fedora's docker-distribution calls it registry. */
const NAMES = ['docker-registry', 'registry'];

/** @throws {RegistryProgramError} when no registry is installed */
export async function findRegistryProgram(): Promise<string> {
  for (const name of NAMES) {
    const found = await findProgram(name);
    if (found !== undefined) return found;
  }
  throw new RegistryProgramError(`cannot start a registry: neither ${NAMES.join(' nor ')} is installed`, {
    hint: 'apt-get install docker-registry, or dnf install docker-distribution',
  });
}

export async function findProgram(name: string): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return undefined;
}
