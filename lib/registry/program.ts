import { ExpectedError } from '#lib/errors';
import { findProgram } from '#lib/process';

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
