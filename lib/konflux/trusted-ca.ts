import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { Text } from '#lib/tekton';

/** The authorities that a cluster trusts beside the system's cannot be read. */
export class InvalidTrustedCaError extends ExpectedError {
  override readonly name = 'InvalidTrustedCaError';
  override readonly kind = 'invalid';
}

/** Params by which Konflux' tasks say where the authorities are; each task has its own spelling of their names. */
export const TrustedCaName = Text.default('trusted-ca').describe(
  "ConfigMap with authorities to trust beside the system's; it need not be there.",
);
export const TrustedCaKey = Text.default('ca-bundle.crt').describe('Key of the ConfigMap that holds them.');

const FILE = 'ca-bundle.crt';

const DIRECTORY = '/mnt/trusted-ca';

/** The volume in a step, and the variable that tells the step where it is: one that is run by hand has neither. */
export const trustedCaMount = { name: 'trusted-ca', mountPath: DIRECTORY, readOnly: true } as const;
export const trustedCaVariable = { name: 'TRUSTED_CA', value: DIRECTORY } as const;

/** The volume, by the names of the two params; where there is no such ConfigMap or key it is empty. */
export function trustedCaVolume(name: string, key: string) {
  const items = [{ key: `$(params.${key})`, path: FILE }];
  return { name: 'trusted-ca', configMap: { name: `$(params.${name})`, optional: true, items } } as const;
}

/**
 * The authorities in the volume as PEM, for the `ca` of a registry client; none where the volume is empty or not mounted.
 *
 * @throws {InvalidTrustedCaError} for a file that holds no certificate, or one that cannot be read
 */
export async function readTrustedCa(directory = process.env.TRUSTED_CA): Promise<readonly string[]> {
  if (directory === undefined) return [];
  const path = join(directory, FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw invalid(path, `it cannot be read (${error.code})`);
  });
  if (text.trim() === '') return [];
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw invalid(path, 'it holds no certificate in PEM');
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch {
      throw invalid(path, `certificate ${index + 1} of ${blocks.length} cannot be read`);
    }
  }
  return blocks;
}

function invalid(path: string, why: string): InvalidTrustedCaError {
  return new InvalidTrustedCaError(`cannot trust the authorities in ${path}: ${why}`, {
    hint: 'the ConfigMap holds certificates in PEM under the key that the params name',
  });
}
