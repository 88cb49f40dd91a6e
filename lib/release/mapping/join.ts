import { printable, quoted } from '#lib/text';
import { InvalidReleaseError } from '../errors.ts';
import { isMap, type Json } from '../merge.ts';
import type { SnapshotSpec } from '../resources.ts';
import type { Mapping, MappingComponent } from './mapping.ts';

type SnapshotComponent = SnapshotSpec['components'][number];

/** A component of the Snapshot that the mapping says something of. */
export interface JoinedComponent {
  readonly name: string;
  readonly inSnapshot: SnapshotComponent;
  readonly inMapping: MappingComponent;
  /** All keys of both; those of the mapping win. */
  readonly merged: Readonly<Record<string, Json>>;
}

export interface Joined {
  readonly components: readonly JoinedComponent[];
  /** Components that one side alone has, and so are not released. */
  readonly onlyInSnapshot: readonly string[];
  readonly onlyInMapping: readonly string[];
}

/**
 * Joins the components of a Snapshot and of a mapping by their names.
 *
 * @throws {InvalidReleaseError} for a name that one side has twice, and for what is no image
 */
export function joinMapping(snapshot: SnapshotSpec, mapping: Mapping): Joined {
  const mapped = byName(mapping.components ?? [], 'the mapping');
  const shot = byName(snapshot.components, 'the Snapshot');
  if (Array.isArray(mapping['rpm-repositories']))
    throw new InvalidReleaseError('mapping.rpm-repositories: RPMs are not released by this pipeline');
  const components = [...shot.values()].flatMap((inSnapshot): readonly JoinedComponent[] => {
    const inMapping = mapped.get(inSnapshot.name);
    if (inMapping === undefined) return [];
    refuseOtherContent(inMapping);
    const merged = jqMerge(inSnapshot, inMapping) as Readonly<Record<string, Json>>;
    return [{ name: inSnapshot.name, inSnapshot, inMapping, merged }];
  });
  return {
    components,
    onlyInSnapshot: [...shot.keys()].filter((name) => !mapped.has(name)),
    onlyInMapping: [...mapped.keys()].filter((name) => !shot.has(name)),
  };
}

function byName<T extends { readonly name: string }>(components: readonly T[], what: string): Map<string, T> {
  const found = new Map<string, T>();
  for (const one of components) {
    if (found.has(one.name))
      throw new InvalidReleaseError(`${what} has two components of the name ${quoted(one.name)}`, {
        hint: 'lists of two resources are joined: say all of a component in one of them',
      });
    found.set(one.name, one);
  }
  return found;
}

/** Other pipelines of upstream release these; to release a part of them would leave a release half-done. */
function refuseOtherContent(component: MappingComponent): void {
  const { name, contentType } = component;
  const refuse = (what: string) =>
    new InvalidReleaseError(`component ${quoted(name)} has ${what}: this pipeline releases images alone`);
  if (contentType !== undefined && contentType !== null && contentType !== 'image')
    throw refuse(`contentType ${printable(contentType)}`);
  const other = ['contentGateway', 'staged', 'starmap'].find((key) => Object.hasOwn(component, key));
  if (other !== undefined) throw refuse(other);
}

/** `a * b` of jq: maps key by key, in all else the second. */
function jqMerge(a: Json, b: Json): Json {
  if (!isMap(a) || !isMap(b)) return b;
  const merged = new Map<string, Json>(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    merged.set(key, merged.has(key) ? jqMerge(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}
