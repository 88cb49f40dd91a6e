import { ExpectedError } from '#lib/errors';
import type { Evr } from './evr.ts';

/** One build of one package for one architecture. */
export interface Nevra extends Evr {
  readonly name: string;
  readonly arch: string;
}

export class InvalidNevraError extends ExpectedError {
  override readonly name = 'InvalidNevraError';
  override readonly kind = 'invalid';
}

/** `name-epoch:version-release.arch`, the epoch always there, as productmd's rpms.json has it. */
export function formatNevra({ name, epoch, version, release, arch }: Nevra): string {
  return `${name}-${epoch}:${version}-${release}.${arch}`;
}

/** Reads a NEVRA with its epoch or without; a path and an ending `.rpm` may stand around it. */
export function parseNevra(text: string): Nevra {
  const base = text.replace(/^.*\//, '').replace(/\.rpm$/, '');
  const match =
    /^(?<name>.+)-(?:(?<epoch>\d+):)?(?<version>[^-:]+)-(?<release>[^-:]+)\.(?<arch>[^-.:]+)$/.exec(
      base,
    )?.groups;
  if (!match)
    throw new InvalidNevraError(`not a package name-[epoch:]version-release.arch: ${JSON.stringify(text)}`);
  const { name = '', epoch = '0', version = '', release = '', arch = '' } = match;
  return { name, epoch: Number(epoch), version, release, arch };
}
