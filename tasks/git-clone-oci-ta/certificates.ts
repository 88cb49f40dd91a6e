import { readFile } from 'node:fs/promises';
import type { PrivateDirectory } from './private-directory.ts';

/** Where systems keep their authorities in one file, unless variables say otherwise: Fedora, Debian. */
const SYSTEM = ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt'];

/**
 * A bundle of the system's authorities and more of them, as git takes one file in place of the system's.
 *
 * @param authorities in PEM
 * @returns its path; undefined where there are no more than the system's
 */
export async function certificateBundle(
  authorities: readonly string[],
  place: PrivateDirectory,
): Promise<string | undefined> {
  if (authorities.length === 0) return undefined;
  const { GIT_SSL_CAINFO, SSL_CERT_FILE } = process.env;
  const places = [GIT_SSL_CAINFO, SSL_CERT_FILE, ...SYSTEM].filter((path) => path !== undefined);
  const files = await Promise.all(places.map((path) => readFile(path, 'utf8').catch(() => undefined)));
  const system = files.find((text) => text !== undefined) ?? '';
  return place.write('ca.pem', `${[system.trimEnd(), ...authorities].join('\n')}\n`);
}
