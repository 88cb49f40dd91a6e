import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isCollection, LineCounter, parseAllDocuments } from 'yaml';
import { asGoYaml, duplicateKeys } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';

/** An object as it was read, and from where. */
export interface LoadedObject {
  readonly object: Readonly<Record<string, unknown>>;
  /** Such as `pipeline.yaml:12`. */
  readonly source: string;
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
    throw new InvalidRunError(`cannot read ${printable(path, 1_000)}`, { cause });
  });
  if (!info.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => /\.(?:ya?ml|json)$/.test(name));
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
const MAX_TEXT = 32 * 1024 * 1024;

/** The objects in a text of one or more documents, read as kubectl reads them: YAML 1.1, a List taken apart. */
export function parseObjects(text: string, source: string): readonly LoadedObject[] {
  if (text.length > MAX_TEXT) throw tooLarge(source, Buffer.byteLength(text));
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    customTags: asGoYaml,
    merge: true,
    lineCounter: lines,
    // Double keys are found below, because the library's own search takes time in the square of the keys.
    uniqueKeys: false,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) {
      throw new InvalidRunError(`${source} is not YAML: ${told(error.message)}`, { cause: error });
    }
    // go-yaml refuses a key that stands twice, too.
    const [twice] = duplicateKeys(document, lines);
    if (twice !== undefined) throw new InvalidRunError(`${source} is not YAML: ${twice}`);
    const content = document.toJS({ maxAliasCount: 100 }) as unknown;
    if (content === null || content === undefined) return [];
    const line = isCollection(document.contents) ? lines.linePos(document.contents.range?.[0] ?? 0).line : 1;
    return objectsOf(content, `${source}:${line}`);
  });
}

/** The parser shows the lines in question. */
function told(message: string): string {
  return message
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

function objectsOf(content: unknown, source: string): readonly LoadedObject[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new InvalidRunError(`${source} is no object of Kubernetes: expected apiVersion, kind and metadata`);
  }
  const object = content as Record<string, unknown>;
  if (typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') {
    throw new InvalidRunError(`${source} is no object of Kubernetes: it has no apiVersion or no kind`);
  }
  if (object.kind.endsWith('List') && Array.isArray(object.items)) {
    return object.items.flatMap((item: unknown) => objectsOf(item, source));
  }
  return [{ object, source }];
}
