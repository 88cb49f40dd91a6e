import { table } from '#lib/text';
import { InvalidReleaseError } from '../errors.ts';
import type { Mapped } from './apply-mapping.ts';
import type { Mapping } from './mapping.ts';

/** What becomes of each component, of both sides. */
export function mappingTable({ snapshot, onlyInSnapshot, onlyInMapping }: Mapped): string {
  const rows = [
    ...snapshot.components.flatMap(({ name, repositories }) =>
      repositories.map(({ url, tags }) => [name, 'released', url, tags.join(' ')]),
    ),
    ...onlyInSnapshot.map((name) => [name, 'not released: the mapping does not have it']),
    ...onlyInMapping.map((name) => [name, 'not released: the Snapshot does not have it']),
  ];
  return table(['component', 'becomes', 'repository', 'tags'], rows).trimEnd();
}

/**
 * Refuses a mapping that leaves out what it must not.
 *
 * @throws {InvalidReleaseError} with the components that one side alone has
 */
export function refuseIncomplete(
  { snapshot, onlyInSnapshot, onlyInMapping }: Mapped,
  { failOnUnmapped = false }: Mapping,
  failOnEmptyResult: boolean,
): void {
  const sides = `only the Snapshot has ${told(onlyInSnapshot)}, only the mapping has ${told(onlyInMapping)}`;
  const hint = 'components are joined by name: is each spelled as its Component is?';
  if (failOnEmptyResult && snapshot.components.length === 0)
    throw new InvalidReleaseError(`no component is both in the Snapshot and in the mapping: ${sides}`, {
      hint,
    });
  if (failOnUnmapped && onlyInSnapshot.length + onlyInMapping.length > 0)
    throw new InvalidReleaseError(`failOnUnmapped, and not every component is on both sides: ${sides}`, {
      hint,
    });
}

function told(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
