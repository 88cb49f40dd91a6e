import { compareEvr, type Evr, formatNevra } from '#lib/rpm';
import type { RepositoryPackage } from '#lib/rpm-repository';
import type { LockedPackage } from './manifest-locks.ts';

export interface OfferedPackages {
  readonly id: string;
  readonly packages: readonly RepositoryPackage[];
}

export interface FoundPackage {
  readonly repoid: string;
  readonly rpm: RepositoryPackage;
}

export interface MissingPackage {
  readonly locked: LockedPackage;
  /** The next older package of the same name, else the next newer one; or the same with another digest. */
  readonly nearest: FoundPackage | undefined;
}

export interface Resolution {
  /** In the order of their names. */
  readonly found: readonly FoundPackage[];
  readonly missing: readonly MissingPackage[];
  /** Repositories that none of the packages stands in. */
  readonly unused: readonly string[];
}

/**
 * Finds the locked packages of an architecture, each in the first repository that has it. rpm-ostree needs each of its
 * repositories to be there in a build, and prefetching makes those that a package is from: so a repository that would have
 * none gets one that it has as well.
 */
export function resolve(
  locked: readonly LockedPackage[],
  repositories: readonly OfferedPackages[],
  arch: string,
): Resolution {
  const offers = offersByName(repositories);
  const chosen: FoundPackage[][] = [];
  const missing: MissingPackage[] = [];
  for (const one of locked) {
    const named = (offers.get(one.name) ?? []).filter(({ rpm }) => isFor(rpm, one, arch));
    const same = named.filter(({ rpm }) => isSame(rpm, one));
    const matching = same.filter(({ rpm }) => hasDigest(rpm, one));
    // Where the lock leaves the architecture open, that of the machine goes before noarch.
    const exact = matching.filter(({ rpm }) => rpm.nevra.arch === arch);
    if (matching.length > 0) chosen.push(exact.length > 0 ? exact : matching);
    else if (!one.isAdded || named.length > 0) {
      missing.push({ locked: one, nearest: same[0] ?? nearest(named, one.evr) });
    }
  }
  chosen.sort((a, b) => compareText(nameOf(a), nameOf(b)));
  const found = chosen.flatMap(([first]) => (first === undefined ? [] : [first]));
  const unused = spread(
    found,
    chosen,
    repositories.map(({ id }) => id),
  );
  return { found, missing, unused };
}

function offersByName(
  repositories: readonly OfferedPackages[],
): ReadonlyMap<string, readonly FoundPackage[]> {
  const offers = new Map<string, FoundPackage[]>();
  for (const { id, packages } of repositories) {
    for (const rpm of packages) {
      const others = offers.get(rpm.nevra.name);
      if (others === undefined) offers.set(rpm.nevra.name, [{ repoid: id, rpm }]);
      else others.push({ repoid: id, rpm });
    }
  }
  return offers;
}

function isFor({ nevra }: RepositoryPackage, locked: LockedPackage, arch: string): boolean {
  return locked.arch === undefined ? [arch, 'noarch'].includes(nevra.arch) : nevra.arch === locked.arch;
}

/** By their text: 1.0 and 1.00 are equal to rpm, and two packages. */
function isSame({ nevra }: RepositoryPackage, { name, evr }: LockedPackage): boolean {
  return formatNevra(nevra) === formatNevra({ name, ...evr, arch: nevra.arch });
}

function hasDigest({ checksum }: RepositoryPackage, { digest }: LockedPackage): boolean {
  return digest === undefined || digest === `${checksum.algorithm}:${checksum.hex}`;
}

function nearest(named: readonly FoundPackage[], evr: Evr): FoundPackage | undefined {
  // Sorting keeps the order of repositories among equals.
  const byAge = [...named].sort((a, b) => compareEvr(a.rpm.nevra, b.rpm.nevra));
  const newestOlder = byAge.filter(({ rpm }) => compareEvr(rpm.nevra, evr) < 0).at(-1)?.rpm.nevra;
  if (newestOlder === undefined) return byAge[0];
  return byAge.find(({ rpm }) => compareEvr(rpm.nevra, newestOlder) === 0);
}

/** Gives a repository without a package one of another that keeps some; what is left without one is the result. */
function spread(
  found: FoundPackage[],
  chosen: readonly (readonly FoundPackage[])[],
  ids: readonly string[],
): readonly string[] {
  const count = (id: string) => found.filter(({ repoid }) => repoid === id).length;
  return ids.filter((id) => {
    if (count(id) > 0) return false;
    const index = found.findIndex(
      ({ repoid, rpm }, at) => count(repoid) > 1 && twin(chosen[at], id, rpm) !== undefined,
    );
    const other = found[index] && twin(chosen[index], id, found[index].rpm);
    if (other === undefined) return true;
    found[index] = other;
    return false;
  });
}

function twin(
  offers: readonly FoundPackage[] | undefined,
  id: string,
  { checksum }: RepositoryPackage,
): FoundPackage | undefined {
  return offers?.find(({ repoid, rpm }) => repoid === id && rpm.checksum.hex === checksum.hex);
}

function nameOf(offers: readonly FoundPackage[]): string {
  return offers[0]?.rpm.nevra.name ?? '';
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
