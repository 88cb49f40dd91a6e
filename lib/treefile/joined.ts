import { joiningOf } from './fields.ts';
import type { Manifest } from './manifest.ts';
import type { Asked, RepoPackages, Said } from './model.ts';

/** What a manifest and those that it includes say together. */
export interface Joined {
  readonly singles: Map<string, Said<unknown>>;
  readonly lists: Map<string, readonly Said<unknown>[]>;
  readonly maps: Map<string, ReadonlyMap<string, Said<unknown>>>;
  readonly packages: Map<string, readonly Asked[]>;
  repoPackages: readonly RepoPackages[];
}

export function joinedOf({ singles, lists, maps, packages, repoPackages }: Manifest): Joined {
  const byName = new Map<string, Asked[]>();
  for (const { name, ...asked } of packages) byName.set(name, [...(byName.get(name) ?? []), asked]);
  return {
    singles: new Map(singles),
    lists: new Map(lists),
    maps: new Map(maps),
    packages: byName,
    repoPackages,
  };
}

/**
 * Adds what is included: single values and keys of maps that are there stay, and a list begins with what is included, so
 * that of two files the later one stands first (rpm-ostree, `treefile_merge`).
 */
export function join(outer: Joined, included: Joined): void {
  for (const [field, said] of included.singles) {
    if (!outer.singles.has(field)) outer.singles.set(field, said);
  }
  for (const [field, list] of included.lists)
    outer.lists.set(field, [...list, ...(outer.lists.get(field) ?? [])]);
  for (const [field, map] of included.maps)
    outer.maps.set(field, new Map([...map, ...(outer.maps.get(field) ?? [])]));
  for (const [name, asked] of included.packages)
    outer.packages.set(name, [...(outer.packages.get(name) ?? []), ...asked]);
  outer.repoPackages = lastOf([...included.repoPackages, ...outer.repoPackages]);
}

/** A package that is asked of two repositories comes from the last one. */
function lastOf(list: readonly RepoPackages[]): readonly RepoPackages[] {
  const seen = new Set<string>();
  const kept: RepoPackages[] = [];
  for (const one of list.toReversed()) {
    const packages = one.packages.filter((name) => !seen.has(name));
    for (const name of packages) seen.add(name);
    if (packages.length > 0) kept.unshift({ ...one, packages });
  }
  return kept;
}

/** What nothing here interprets. */
export function carriedOf({ singles, lists, maps }: Joined): ReadonlyMap<string, readonly Said<unknown>[]> {
  const interpreted = ['recommends', 'releasever', 'basearch', 'exclude-packages', 'variables'];
  const all: [string, readonly Said<unknown>[]][] = [
    ...Array.from(singles, ([field, said]): [string, Said<unknown>[]] => [field, [said]]),
    ...lists,
    ...Array.from(maps, ([field, map]): [string, Said<unknown>[]] => [field, [...map.values()]]),
  ];
  return new Map(
    all
      .filter(([field]) => !interpreted.includes(field) && joiningOf(field) !== 'include')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
