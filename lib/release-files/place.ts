import { isAbsolute, join, normalize, relative } from 'node:path';
import { InvalidReleaseError } from '#lib/release';
import { quoted } from '#lib/text';

/** What a step knows of the files of the release: `dataStep` and `dataParams` give it. */
export interface DataContext {
  readonly params: { readonly dataDir: string; readonly ociStorage: string };
  readonly workspaces: { readonly workdir: string; readonly data?: string | undefined };
}

export interface DataPlace {
  /** The directory that the files are in, absolute. */
  readonly directory: string;
  /** How they get to the next task. */
  readonly travelsBy: 'artifact' | 'workspace';
}

/**
 * Where the files are for this step. They stay in the workspace where nobody names a registry and the workspace is a
 * claim, which the next task sees, too; any other volume is empty for each task anew.
 *
 * @param claim name of the claim that the workspace is bound to; empty for none
 * @throws {InvalidReleaseError} for a dataDir that the steps of a task do not share
 */
export function dataPlace(
  { params: { dataDir, ociStorage }, workspaces: { workdir, data } }: DataContext,
  claim: string = process.env.RELEASE_CLAIM ?? '',
): DataPlace {
  if (isUnnamed(ociStorage) && claim !== '' && data !== undefined)
    return { directory: data, travelsBy: 'workspace' };
  if (!isAbsolute(dataDir) || !isInside(workdir, dataDir))
    throw new InvalidReleaseError(`dataDir is ${quoted(dataDir)}, which is no directory inside ${workdir}`, {
      hint: `the steps of a task share ${workdir}: leave dataDir as it is, or name a directory there`,
    });
  return { directory: normalize(dataDir), travelsBy: 'artifact' };
}

/** Whether a param names no storage: upstream's tasks have the word `empty` for that. */
export function isUnnamed(ociStorage: string): boolean {
  return ociStorage === '' || ociStorage === 'empty';
}

/** Whether a path is below a directory, by its text. */
export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

/**
 * A path in the directory. Params have it relative to dataDir or below it, whatever directory that is for this task.
 *
 * @throws {InvalidReleaseError} for one that leads elsewhere
 */
export function pathIn(directory: string, dataDir: string, path: string): string {
  const given = isAbsolute(path) ? relative(dataDir, path) : path;
  const inside = join(directory, given);
  if (path === '' || !isInside(directory, inside))
    throw new InvalidReleaseError(`${quoted(path)} is no path in the files of the release`, {
      hint: 'give a path relative to dataDir, such as a result of collect-data',
    });
  return inside;
}
