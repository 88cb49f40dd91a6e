import { createHash, type Hash } from 'node:crypto';
import { quoted } from '#lib/text';
import { InvalidRepositoryError } from './errors.ts';
import type { Element } from './xml.ts';

export interface Checksum {
  readonly algorithm: string;
  /** In small letters. */
  readonly hex: string;
}

/** Hexadecimal digits of what is taken; nobody should trust MD5 and SHA-1 (`sha`), which dnf takes as well. */
const digits: Readonly<Record<string, number>> = { sha224: 56, sha256: 64, sha384: 96, sha512: 128 };

/** @throws {InvalidRepositoryError} without a checksum that can be trusted */
export function checksumOf(found: Element | undefined, what: string): Checksum {
  const algorithm = found?.attributes.get('type') ?? '';
  const hex = (found?.text ?? '').trim().toLowerCase();
  if (Object.hasOwn(digits, algorithm) && /^[0-9a-f]+$/.test(hex) && hex.length === digits[algorithm]) {
    return { algorithm, hex };
  }
  throw new InvalidRepositoryError(
    `${what} has no checksum that can be trusted: its type is ${quoted(algorithm)}, and ${Object.keys(digits).join(', ')} are taken`,
  );
}

export function hashOf({ algorithm }: Checksum): Hash {
  return createHash(algorithm);
}
