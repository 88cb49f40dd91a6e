import { posix } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';
import { holds } from './conditions.ts';
import { type Fields, readDocument } from './document.ts';
import { InvalidTreefileError, type Place, refusal } from './errors.ts';
import type { ManifestFiles } from './files.ts';
import type { Conditional } from './includes.ts';
import { carriedOf, type Joined, join, joinedOf } from './joined.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import type { ReadManifest, Said, Treefile, Variable } from './model.ts';
import { beside, otherFiles } from './other-files.ts';

/** rpm-ostree's INCLUDE_MAXDEPTH. */
const DEEPEST = 50;

interface Reading {
  readonly files: ManifestFiles;
  readonly architecture: string;
  readonly seen: Map<string, string>;
  readonly manifests: ReadManifest[];
  readonly others: Said<string>[];
  readonly variables: Map<string, Variable>;
}

/**
 * Reads a manifest with all that it includes for an architecture, as rpm-ostree does (docs/treefile.md, and
 * rust/src/treefile.rs where the document is silent).
 *
 * @param manifest its path below the directory
 * @param architecture RPM's name of it
 * @throws {InvalidTreefileError} with file, line and what to do
 */
export function readTreefile(files: ManifestFiles, manifest: string, architecture: string): Treefile {
  const reading: Reading = {
    files,
    architecture,
    seen: new Map(),
    manifests: [],
    others: [],
    variables: new Map(),
  };
  const joined = readManifest(reading, manifest, undefined, 0);
  const packages = new Map([...joined.packages].sort(([a], [b]) => (a < b ? -1 : 1)));
  const excluded = new Map(
    (joined.lists.get('exclude-packages') ?? []).map(({ value, file, line }) => [
      String(value),
      { file, line },
    ]),
  );
  refuseBoth(packages, excluded);
  const releasever = joined.singles.get('releasever')?.value;
  return {
    manifest,
    architecture,
    manifests: reading.manifests,
    others: reading.others,
    packages,
    excluded,
    repoPackages: joined.repoPackages,
    recommends: joined.singles.get('recommends')?.value !== false,
    releasever: typeof releasever === 'string' || typeof releasever === 'number' ? releasever : undefined,
    variables: reading.variables,
    carried: carriedOf(joined),
  };
}

function readManifest(reading: Reading, path: string, by: Place | undefined, depth: number): Joined {
  const manifest = parse(reading, path, by);
  reading.manifests.push({ file: manifest.file, by });
  reading.others.push(...otherFiles(manifest, reading.files));
  // What was defined before stays: the outer manifest decides.
  for (const [name, value] of manifest.variables)
    if (!reading.variables.has(name)) reading.variables.set(name, value);
  const joined = joinedOf(manifest);
  const met = manifest.conditions.filter((one) => isMet(one, reading.variables));
  for (const { inlined } of met)
    if (inlined) join(joined, joinedOf(inlinedManifest(inlined, reading.architecture)));
  for (const include of [...manifest.includes, ...met.flatMap((one) => one.include)]) {
    if (depth === DEEPEST)
      throw refusal(
        placeOf(include),
        `more than ${DEEPEST} manifests include each other`,
        'include it further out',
      );
    join(joined, readManifest(reading, beside(path, include.value), placeOf(include), depth + 1));
  }
  return joined;
}

function parse({ files, architecture, seen }: Reading, path: string, by: Place | undefined): Manifest {
  const file = posix.normalize(path);
  const found = readFile(files, path, by);
  const before = seen.get(found.identity);
  if (before !== undefined)
    throw refusal(
      by ?? { file, line: 1 },
      `${printable(file)} is included a second time${before === file ? '' : `, first as ${printable(before)}`}`,
      'include it once, where both need it',
    );
  seen.set(found.identity, file);
  if (file.endsWith('.ks'))
    throw refusal(
      by ?? { file, line: 1 },
      'kickstart files are not read here',
      'write it as a manifest in YAML',
    );
  return manifestOf(readDocument(found.text, file), architecture);
}

function readFile(files: ManifestFiles, path: string, by: Place | undefined) {
  const told = printable(posix.normalize(path));
  try {
    const found = files.read(path);
    if (found) return found;
  } catch (error) {
    if (by === undefined || !(error instanceof ExpectedError)) throw error;
    throw refusal(by, error.message, error.hint ?? 'include another file');
  }
  if (by)
    throw refusal(by, `there is no manifest ${told}`, 'paths are relative to the manifest that includes');
  throw new InvalidTreefileError(`there is no manifest ${told}`, { hint: 'name one of the directory' });
}

/** Every condition is looked at, so that one that cannot be decided is always told. */
function isMet({ conditions }: Conditional, variables: ReadonlyMap<string, Variable>): boolean {
  return conditions.map((one) => holds(one.value, variables, placeOf(one))).every((one) => one);
}

/** rpm-ostree takes what is inlined as it stands: it splits no packages there, follows no includes and reads no files. */
function inlinedManifest(fields: Fields, architecture: string): Manifest {
  const manifest = manifestOf(fields, architecture);
  for (const { key, line, node } of fields.entries) {
    const isSplit = (node.items ?? []).some(({ value }) => typeof value === 'string' && /[\s']/.test(value));
    const isForeign =
      /include$|^packages-|^add-files$|^postprocess-script$|^check-(?:passwd|groups)$|^variables$/.test(key);
    if (isForeign || (key === 'packages' && isSplit))
      throw refusal(
        { file: fields.file, line },
        `${key} cannot stand ${isForeign ? '' : 'like that '}in a manifest inside a condition`,
        isForeign ? 'include a file in its place' : 'write each package after a dash of its own',
      );
  }
  return manifest;
}

function refuseBoth(packages: Treefile['packages'], excluded: Treefile['excluded']): void {
  for (const [name, [asked]] of packages) {
    const place = excluded.get(name);
    if (place && asked)
      throw refusal(
        placeOf(asked),
        `${printable(name)} is asked for here and excluded in ${printable(place.file)}:${place.line}`,
        'take one of the two out',
      );
  }
}

function placeOf({ file, line }: Place): Place {
  return { file, line };
}
