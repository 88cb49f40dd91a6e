import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';
import { writeWhole } from '#lib/process';
import { InvalidReleaseError, parseDocument } from '#lib/release';
import { quoted } from '#lib/text';
import { type DataContext, dataPlace, isInside, pathIn } from './place.ts';

/** The files that the tasks of a release hand on, by their paths in dataDir. */
export interface ReleaseFiles {
  /** The directory that they are in. */
  readonly directory: string;
  /** Whether there is such a file. */
  has(path: string): boolean;
  /**
   * What a file of JSON says.
   *
   * @param what names it in an error: `the Snapshot`
   * @throws {InvalidReleaseError} for one that is missing, too large, no JSON, or not as the schema has it
   */
  read<S extends z.ZodType>(path: string, schema: S, what: string): z.output<S>;
  /** Writes a file of JSON whole, and the directories that it needs. */
  write(path: string, value: unknown): void;
  /** Paths of the files in a directory and below it, sorted; none where it is not there. */
  list(path: string): readonly string[];
}

/** Bytes of one file: many times what etcd keeps of an object, 1.5 MiB. */
const MOST = 4 * 1024 * 1024;

/**
 * The files as this step finds them.
 *
 * @throws {InvalidReleaseError} for a dataDir that cannot be used; each method, too, for a path that leaves it
 */
export function releaseFiles(context: DataContext): ReleaseFiles {
  const { directory } = dataPlace(context);
  const { dataDir } = context.params;
  const at = (path: string) => checked(directory, pathIn(directory, dataDir, path), path);
  return {
    directory,
    has: (path) => statSync(at(path), { throwIfNoEntry: false })?.isFile() === true,
    read: (path, schema, what) => parseDocument(textOf(at(path), path, what), schema, `${what} (${path})`),
    write: (path, value) => writeWhole(at(path), `${JSON.stringify(value, undefined, 2)}\n`),
    list: (path) => {
      const folder = at(path);
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${path}${entry.parentPath.slice(folder.length)}/${entry.name}`)
        .sort();
    },
  };
}

function textOf(file: string, path: string, what: string): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined)
    throw new InvalidReleaseError(
      `there is no ${what.replace(/^the /, '')}: no ${quoted(path)} is in the files of the release`,
      {
        hint: 'a result of collect-data names it, and sourceDataArtifact is the result of the task before',
      },
    );
  if (size > MOST)
    throw new InvalidReleaseError(`${what} (${path}) has ${size} bytes, more than ${MOST}`, {
      hint: 'no object of a cluster is that large: what has written it?',
    });
  return readFileSync(file, 'utf8');
}

/** Refuses a path on which a link of a stranger leads out of the directory. */
function checked(directory: string, file: string, path: string): string {
  const root = realOf(directory);
  const real = realOf(file);
  if (root === real || isInside(root, real)) return file;
  throw new InvalidReleaseError(`${quoted(path)} is a link that leads out of the files of the release`);
}

/** The path without links, as far as it is there. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    return `${realOf(parent).replace(/\/$/, '')}${path.slice(parent.replace(/\/$/, '').length)}`;
  }
}
