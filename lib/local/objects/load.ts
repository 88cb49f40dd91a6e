import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { excerptAt, readYaml, type YamlDocument } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';
import { type Locate, locateIn } from './locate-in.ts';

/** An object as it was read, and from where. */
export interface LoadedObject {
  readonly object: Readonly<Record<string, unknown>>;
  /** Such as `pipeline.yaml:12`. */
  readonly source: string;
  /** Where its fields stand; absent where no text was read. */
  readonly locate?: Locate;
}

/** Takes the text of a file apart where that is more than YAML; undefined where it is not. */
export type FileReader = (text: string, path: string) => Promise<readonly LoadedObject[]> | undefined;

/**
 * Reads every YAML and JSON document of files and directories (one level deep); `-` is standard input.
 *
 * @throws {InvalidRunError} for a file that is not there or is no YAML
 */
export async function loadFiles(
  paths: readonly string[],
  readSpecial: FileReader = () => undefined,
): Promise<readonly LoadedObject[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const load = async (file: string) => {
    const text = await read(file);
    return (await readSpecial(text, file)) ?? parseObjects(text, file);
  };
  return (await Promise.all(files.map(load))).flat();
}

async function filesOf(path: string): Promise<readonly string[]> {
  if (path === '-') return [path];
  const info = await stat(path).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new InvalidRunError(`there is no file ${printable(path, 1_000)}`);
    throw new InvalidRunError(`cannot read ${printable(path, 1_000)}`, { cause });
  });
  if (!info.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(?:ya?ml|json)$/.test(name));
  if (names.length === 0)
    throw new InvalidRunError(`there is no YAML in ${printable(path, 1_000)}`, {
      hint: 'files of a directory are taken by .yaml, .yml or .json, and none of its folders',
    });
  return names.sort().map((name) => join(path, name));
}

async function read(file: string): Promise<string> {
  try {
    const path = file === '-' ? '/dev/stdin' : file;
    const { size } = await stat(path);
    // Before it is in memory.
    if (size > MAX_TEXT) throw tooLarge(file, size);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof InvalidRunError) throw cause;
    throw new InvalidRunError(
      `cannot read ${printable(file, 1_000)}: ${printable((cause as Error).message, 1_200)}`,
      { cause },
    );
  }
}

function tooLarge(source: string, size: number): InvalidRunError {
  return new InvalidRunError(`${source} has ${size} bytes, and more than ${MAX_TEXT} are not read`, {
    hint: 'an object of a cluster has 1.5 MiB at most: give the files that the run needs',
  });
}

/** Minutes of parsing and gigabytes of memory begin here. */
const MAX_TEXT = 16 * 1024 * 1024;
const MAX_DOCUMENTS = 20_000;

/** The objects in a text of one or more documents, read as kubectl reads them: YAML 1.1, a List taken apart. */
export function parseObjects(text: string, source: string): readonly LoadedObject[] {
  if (text.length > MAX_TEXT) throw tooLarge(source, Buffer.byteLength(text));
  if (hasTooMany(text))
    throw new InvalidRunError(`${source} has more than ${MAX_DOCUMENTS} documents, which are not read`);
  const locate = locateIn(text, source);
  return readYaml(text).flatMap((document, index) => {
    const { problem, place, duplicates, content } = document;
    const [twice] = duplicates;
    // go-yaml refuses a key that stands twice, too.
    const wrong =
      problem === undefined ? twice : `${problem} at ${told(place)}:\n\n${excerptAt(text, place)}`;
    if (wrong !== undefined) {
      const hint = 'is this a template, as of Helm? Fill it first: helm template …';
      throw new InvalidRunError(`${source} is not YAML: ${wrong}`, text.includes('{{') ? { hint } : {});
    }
    if (content === null || content === undefined) return [];
    return objectsOf(content, `${source}:${place.line}`, locate(index));
  });
}

function told({ line, column }: YamlDocument['place']): string {
  return `line ${line}, column ${column}`;
}

function hasTooMany(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('\n---'); at !== -1; at = text.indexOf('\n---', at + 4)) count += 1;
  return count > MAX_DOCUMENTS;
}

function objectsOf(content: unknown, source: string, locate: Locate): readonly LoadedObject[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new InvalidRunError(`${source} is no object of Kubernetes: expected apiVersion, kind and metadata`);
  }
  const object = content as Record<string, unknown>;
  if (typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') {
    throw new InvalidRunError(`${source} is no object of Kubernetes: it has no apiVersion or no kind`);
  }
  if (object.kind.endsWith('List') && Array.isArray(object.items)) {
    return object.items.flatMap((item: unknown, index) =>
      objectsOf(item, source, (path, at) => locate(`items[${index}].${path}`, at)),
    );
  }
  return [{ object, source, locate }];
}
