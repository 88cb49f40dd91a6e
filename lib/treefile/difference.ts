import type { Treefile } from './model.ts';

/** What differs for an image between two readings of its manifest. */
export interface TreefileDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly newlyExcluded: readonly string[];
  readonly noLongerExcluded: readonly string[];
  readonly recommends: readonly [boolean, boolean] | undefined;
  readonly releasever: readonly [Treefile['releasever'], Treefile['releasever']] | undefined;
  /** Packages that are asked of a repository by name, as `repository: package`. */
  readonly repoPackages: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Files that only one of them reads. */
  readonly files: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Fields that are not interpreted and have another value. */
  readonly carried: readonly string[];
}

export function differenceOf(before: Treefile, after: Treefile): TreefileDifference {
  return {
    added: less([...after.packages.keys()], [...before.packages.keys()]),
    removed: less([...before.packages.keys()], [...after.packages.keys()]),
    newlyExcluded: less([...after.excluded.keys()], [...before.excluded.keys()]),
    noLongerExcluded: less([...before.excluded.keys()], [...after.excluded.keys()]),
    recommends: before.recommends === after.recommends ? undefined : [before.recommends, after.recommends],
    releasever: before.releasever === after.releasever ? undefined : [before.releasever, after.releasever],
    repoPackages: { added: less(asked(after), asked(before)), removed: less(asked(before), asked(after)) },
    files: { added: less(filesOf(after), filesOf(before)), removed: less(filesOf(before), filesOf(after)) },
    carried: [...new Set([...before.carried.keys(), ...after.carried.keys()])]
      .filter((field) => carriedValue(before, field) !== carriedValue(after, field))
      .sort(),
  };
}

/** Every file that an image reads, manifests first. */
export function filesOf({ manifests, others }: Treefile): readonly string[] {
  return [...new Set([...manifests.map(({ file }) => file), ...others.map(({ value }) => value)])];
}

function asked({ repoPackages }: Treefile): readonly string[] {
  return repoPackages.flatMap(({ repo, packages }) => packages.map((name) => `${repo}: ${name}`));
}

/** Without the lines, which move whenever something stands above. */
function carriedValue({ carried }: Treefile, field: string): string {
  return JSON.stringify((carried.get(field) ?? []).map(({ value }) => value));
}

function less(list: readonly string[], other: readonly string[]): readonly string[] {
  const there = new Set(other);
  return list.filter((one) => !there.has(one)).sort();
}
