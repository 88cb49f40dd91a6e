import { compareEvr, parseNevra } from '#lib/rpm';
import type { Compose } from './compose.ts';

/** What became of the packages of one name, in all architectures where it is the same. */
export interface PackageChange {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'newer' | 'older' | 'other';
  /** Version and release, with the epoch where there is one; several where the compose has several. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** RPM's names, sorted. */
  readonly arches: readonly string[];
}

/**
 * Which packages came, went, and are in another version; those for debugging, which follow them, are left out.
 *
 * @param arches RPM's names; all that one of the two composes has by default
 * @throws {InvalidComposeError} for a rpms.json that cannot be read
 */
export async function compareComposes(
  before: Compose,
  after: Compose,
  arches: readonly string[] = archesOf(before, after),
): Promise<readonly PackageChange[]> {
  const changes = await Promise.all(
    arches.map(async (arch) => changesOf(arch, await before.packages(arch), await after.packages(arch))),
  );
  const alike = Map.groupBy(changes.flat(), ({ arches: _, ...change }) => JSON.stringify(change));
  return [...alike.values()]
    .flatMap(([first, ...rest]) =>
      first === undefined ? [] : [{ ...first, arches: [first, ...rest].flatMap((one) => one.arches).sort() }],
    )
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function archesOf(...composes: readonly Compose[]): readonly string[] {
  const all = composes.flatMap(({ info }) =>
    Object.values(info.variants).flatMap((variant) => variant.arches),
  );
  return [...new Set(all)].filter((arch) => arch !== 'src').sort();
}

function changesOf(
  arch: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): readonly PackageChange[] {
  const [old, fresh] = [versionsOf(before), versionsOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) => {
    const [was, is] = [old.get(name) ?? [], fresh.get(name) ?? []];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [{ name, kind: kindOf(was, is), before: was.map(textOf), after: is.map(textOf), arches: [arch] }];
  });
}

type Version = Omit<ReturnType<typeof parseNevra>, 'name' | 'arch'>;

/** By name, from the oldest to the newest; a package that is there for two architectures of RPM's counts once. */
function versionsOf(nevras: ReadonlySet<string>): ReadonlyMap<string, readonly Version[]> {
  const byName = new Map<string, Version[]>();
  for (const nevra of nevras) {
    const { name, arch: _, ...version } = parseNevra(nevra);
    if (/-debug(?:info|source)$/.test(name)) continue;
    const known = byName.get(name) ?? [];
    if (!known.some((one) => compareEvr(one, version) === 0)) known.push(version);
    byName.set(name, known.sort(compareEvr));
  }
  return byName;
}

function kindOf(before: readonly Version[], after: readonly Version[]): PackageChange['kind'] {
  const [was, is] = [before.at(-1), after.at(-1)];
  if (was === undefined) return 'added';
  if (is === undefined) return 'removed';
  const order = compareEvr(is, was);
  return order > 0 ? 'newer' : order < 0 ? 'older' : 'other';
}

function textOf({ epoch, version, release }: Version): string {
  return `${epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}
