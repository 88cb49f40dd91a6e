import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { printable } from '#lib/text';
import { manifestDirectory, readTreefile, type Treefile } from '#lib/treefile';
import { directory, usageError } from '../options/arguments.ts';

/** Where a manifest is, and whose packages are asked for. */
export interface Place {
  readonly arch: string;
  readonly directory?: string;
}

export const manifestArgument = [
  '<manifest>',
  'a name, such as fedora-standard for fedora-standard.yaml, or a path below the directory',
] as const;

export const archOption = [
  '--arch <architecture>',
  "RPM's name of it: x86_64, aarch64, ppc64le, s390x",
  arch,
] as const;

export const directoryOption = [
  '-C, --directory <directory>',
  'the directory of the manifests, which nothing that they include leaves; by default this one, or that of the path',
  directory,
] as const;

/** @throws {ExpectedError} of kind `usage` where there is no such directory */
export function readPlace(manifest: string, place: Place): Treefile {
  const { directory: given, file } = fileOf(manifest, place.directory);
  return readIn(given, file, place.arch);
}

export function readIn(given: string, file: string, architecture: string): Treefile {
  if (!existsSync(given) || !statSync(given).isDirectory())
    throw usageError(
      `there is no directory ${printable(given)}`,
      'give the directory of the manifests by -C',
    );
  return readTreefile(manifestDirectory(given), file, architecture);
}

/** Without a directory, a path says which. */
export function fileOf(manifest: string, given: string | undefined): { directory: string; file: string } {
  const file = /\.(?:ya?ml|json)$/.test(manifest) ? manifest : `${manifest}.yaml`;
  if (given !== undefined) return { directory: given, file };
  return { directory: join(dirname(file)), file: basename(file) };
}

function arch(text: string): string {
  if (!/^[a-z0-9_]{1,32}$/.test(text))
    throw new InvalidArgumentError('Write it as x86_64, aarch64, ppc64le or s390x.');
  return text;
}
