import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { makeDirectories } from '#lib/process';
import { quoted } from '#lib/text';

/** What is written is this folder, with another name in it. */
const EXAMPLE = 'hello-catalog';
/** npm packs no file of this name, so that the package lacks that of the example. */
const gitignore = '/node_modules/\n/dist/\n';
const example = join(import.meta.dirname, '../../examples', EXAMPLE);

export interface InitOptions {
  /** Name of the catalog; by default that of the directory. */
  readonly name?: string | undefined;
  /** Version of this package, which the catalog needs from there on. */
  readonly version: string;
}

/**
 * Writes a small catalog that works at once. All of it is there afterwards, or nothing.
 *
 * @param directory one that is not there, or is empty
 * @returns the files, relative to the directory
 * @throws {ExpectedError} of the kind `usage` when something is there, or no catalog can be called so
 */
export function initCatalog(directory: string, { name, version }: InitOptions): readonly string[] {
  const target = resolve(directory);
  refuseExisting(target, directory);
  const chosen = checkedName(name ?? basename(target));
  makeDirectories(dirname(target));
  const fresh = mkdtempSync(join(dirname(target), `.${EXAMPLE}.`));
  try {
    const files = exampleFiles();
    for (const file of files) {
      const text = file === '.gitignore' ? gitignore : readFileSync(join(example, file), 'utf8');
      const path = join(fresh, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, named(file, text, chosen, version));
    }
    moveInto(fresh, target);
    return files;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function refuseExisting(target: string, directory: string): void {
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory()) {
    throw new ExpectedError(`${quoted(directory)} is there already, and no directory`, {
      kind: 'usage',
      hint: 'name a directory that is new or empty',
    });
  }
  const [first] = readdirSync(target);
  if (first === undefined) return;
  throw new ExpectedError(`${quoted(directory)} is not empty: it has ${quoted(first)}`, {
    kind: 'usage',
    hint: 'name a directory that is new or empty: nothing is written over',
  });
}

/** As npm and registries take it (a repository's name, OCI distribution-spec v1.1, "Pulling manifests"). */
function checkedName(name: string): string {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) && name.length <= 50 && name !== 'bootc-catalog')
    return name;
  throw new ExpectedError(`no catalog can be called ${quoted(name)}`, {
    kind: 'usage',
    hint: 'give --name, of a-z, 0-9 and single -, 50 characters at most, such as my-tasks',
  });
}

function exampleFiles(): readonly string[] {
  return readdirSync(example, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(example.length + 1))
    .filter((file) => !/^(?:node_modules|dist)\/|^package-lock\.json$/.test(file))
    .filter((file) => file !== '.gitignore')
    .concat('.gitignore')
    .sort();
}

function named(file: string, text: string, name: string, version: string): string {
  const own = text.replaceAll(EXAMPLE, name);
  return file === 'package.json'
    ? own.replace(/(?<key>"bootc-catalog": ")[^"]*/, (_, key: string) => `${key}^${version}`)
    : own;
}

/** The directory itself stays where it is there: it may be the one that the caller is in. */
function moveInto(fresh: string, target: string): void {
  if (!existsSync(target)) {
    renameSync(fresh, target);
    // mkdtemp lets nobody else in.
    chmodSync(target, 0o777 & ~process.umask());
    return;
  }
  for (const entry of readdirSync(fresh)) renameSync(join(fresh, entry), join(target, entry));
}
