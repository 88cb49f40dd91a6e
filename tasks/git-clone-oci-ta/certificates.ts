import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateDirectory } from './private-directory.ts';

/** Where systems keep their authorities in one file: Fedora, Debian. */
const SYSTEM = ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt'];

/**
 * A bundle of the system's authorities and those of the ConfigMap, as git takes one file in place of the system's.
 *
 * @param directory where the ConfigMap is mounted; it may be empty, or absent
 * @returns undefined where the ConfigMap has none
 */
export async function certificateBundle(
  directory: string,
  place: PrivateDirectory,
): Promise<string | undefined> {
  const own = await textOf(join(directory, 'ca-bundle.crt'));
  if (own === undefined || own.trim() === '') return undefined;
  const system = (await Promise.all(SYSTEM.map(textOf))).find((text) => text !== undefined) ?? '';
  return place.write('ca.pem', `${system.trimEnd()}\n${own}`);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
