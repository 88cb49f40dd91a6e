import { compareEvr, type Evr } from '#lib/rpm';
import { MissingPackagesError } from './errors.ts';
import type { LockedPackage } from './manifest-locks.ts';
import type { MissingPackage } from './resolve.ts';

/** By architecture. */
export type MissingByArchitecture = ReadonlyMap<string, readonly MissingPackage[]>;

/** Lines of a message; a log has all of them. */
const MOST = 30;

/** `[epoch:]version-release`, as rpm prints it. */
export function evrText({ epoch, version, release }: Evr): string {
  return `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}

/** One line for each package and what is there of it, with the architectures that it is missing on. */
export function missingLines(missing: MissingByArchitecture): readonly string[] {
  const architectures = new Map<string, string[]>();
  for (const [arch, packages] of missing) {
    for (const one of packages) {
      const line = lineOf(one);
      architectures.set(line, [...(architectures.get(line) ?? []), arch]);
    }
  }
  return [...architectures].map(([line, names]) => `${line} (${names.join(', ')})`).sort();
}

export function missingError(lines: readonly string[]): MissingPackagesError {
  const more = lines.length > MOST ? [`and ${lines.length - MOST} more, above`] : [];
  return new MissingPackagesError(
    ['packages of the locks are in no repository:', ...lines.slice(0, MOST), ...more].join('\n'),
    {
      hint: 'make the locks anew, override the packages, or give waitForPackages where they are being tagged',
    },
  );
}

function lineOf({ locked, nearest }: MissingPackage): string {
  const what = `${locked.name}-${evrText(locked.evr)} is not there`;
  if (nearest === undefined) return `${what}; no repository has ${locked.name}`;
  const { repoid, rpm } = nearest;
  return isOther(rpm.nevra, locked)
    ? `${what}; ${repoid} has ${evrText(rpm.nevra)}`
    : `${what} with the digest of the lock; ${repoid} has ${rpm.checksum.algorithm}:${rpm.checksum.hex}`;
}

function isOther(evr: Evr, { evr: wanted }: LockedPackage): boolean {
  return compareEvr(evr, wanted) !== 0 || evrText(evr) !== evrText(wanted);
}
