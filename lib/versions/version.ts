import { ExpectedError } from '#lib/errors';

/** `x.y` or `x.y.z`, which is all that Konflux' tools take (pipeline-migration-tool, SCHEMA_UPGRADE). */
export type Version = readonly [major: number, minor: number, patch: number];

/** How much a version went up, or must. */
export type Bump = 'none' | 'patch' | 'minor' | 'major';

const bumps: readonly Bump[] = ['none', 'patch', 'minor', 'major'];

/** @throws {ExpectedError} */
export function parseVersion(text: string): Version {
  const found = /^(0|[1-9]\d*)\.(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?$/.exec(text);
  if (found === null) {
    throw new ExpectedError(`not a version: ${JSON.stringify(text)}`, {
      hint: 'write major.minor.patch: 0.1.0',
      kind: 'invalid',
    });
  }
  const [, major, minor, patch = '0'] = found;
  return [Number(major), Number(minor), Number(patch)];
}

/** How much a version went up; undefined when it went down. */
export function bumpBetween(before: Version, after: Version): Bump | undefined {
  const index = after.findIndex((part, place) => part !== before[place]);
  if (index === -1) return 'none';
  return (after[index] as number) > (before[index] as number) ? bumps[3 - index] : undefined;
}

/** Whether one bump is as much as another asks for. Before 1.0.0 a minor one may break things (semver 2.0.0, item 4). */
export function suffices(bump: Bump, wanted: Bump, before: Version): boolean {
  const needed = wanted === 'major' && before[0] === 0 ? 'minor' : wanted;
  return bumps.indexOf(bump) >= bumps.indexOf(needed);
}
