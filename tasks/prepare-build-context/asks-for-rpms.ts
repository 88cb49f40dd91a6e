import { parsePrefetchInput } from '#lib/prefetch';

/** Paths of the directories that an input of prefetch-dependencies asks RPMs of; none for an empty one. */
export function rpmPaths(input: string): readonly string[] {
  return input === '' ? [] : parsePrefetchInput(input).rpms.map(({ path }) => path);
}
