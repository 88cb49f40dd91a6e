/** What package-lock.json and npm's own node_modules/.package-lock.json have in common (npm docs, "package-lock.json"). */
export interface Lock {
  readonly packages?: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  /** Whether the install is whole without it: a build for another system. */
  readonly optional?: boolean;
}

/** What is installed and not locked, locked and not installed, or another version or other content; none when all agree. */
export function differences(lock: Lock, installed: Lock): readonly string[] {
  // The root itself has the empty name.
  const locked = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '');
  const there = Object.entries(installed.packages ?? {}).filter(([path]) => path !== '');
  if (locked.length === 0) return ['package-lock.json lists no package'];
  const wanted = new Map(locked);
  const have = new Set(there.map(([path]) => path));
  return [
    ...locked.flatMap(([path, { optional }]) =>
      have.has(path) || optional ? [] : [`${path} is not installed`],
    ),
    ...there.flatMap(([path, found]) => problemOf(path, wanted.get(path), found)),
  ];
}

function problemOf(path: string, wanted: LockedPackage | undefined, found: LockedPackage): readonly string[] {
  if (wanted === undefined) return [`${path} is installed, and package-lock.json does not have it`];
  if (wanted.version !== found.version) {
    return [`${path} is ${found.version}, and package-lock.json has ${wanted.version}`];
  }
  if (wanted.integrity === undefined && !wanted.link)
    return [`${path} has no integrity in package-lock.json`];
  if (wanted.integrity === found.integrity) return [];
  return [`${path} has other content than package-lock.json says: ${found.integrity ?? 'no integrity'}`];
}
