import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { InvalidRunError, UnsupportedError } from '../errors.ts';
import type { LoadedObject } from '../load.ts';

const ANNOTATION = /^pipelinesascode\.tekton\.dev\/(?:task|pipeline)(?:-\d+)?$/;

/**
 * Tasks and pipelines that annotations of a run ask for: a path in the repository or a URL. Names of a hub are refused.
 *
 * @throws {UnsupportedError} for a name of a hub
 */
export function remoteReferences({ object }: LoadedObject): readonly string[] {
  const { annotations = {} } = (object.metadata ?? {}) as {
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  const entries = Object.entries(annotations).filter(([key]) => ANNOTATION.test(key));
  return entries.flatMap(([key, value]) =>
    String(value)
      .replace(/^\s*\[|\]\s*$/g, '')
      .split(',')
      .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
      .filter((part) => part !== '')
      .map((part) => {
        if (/^https?:\/\//.test(part) || /[./]/.test(part)) return part;
        throw new UnsupportedError(`the annotation ${key} asks a hub for ${part}`, {
          hint: 'give the URL of the file, or a path in the repository',
        });
      }),
  );
}

/** @throws {InvalidRunError} for a path out of the repository, and for what cannot be read */
export async function readReference(reference: string, root: string): Promise<string> {
  if (/^https?:\/\//.test(reference)) {
    const response = await fetch(reference, { signal: AbortSignal.timeout(60_000) }).catch(
      (cause: unknown) => {
        throw new InvalidRunError(`cannot get ${reference}: ${(cause as Error).message}`, { cause });
      },
    );
    if (!response.ok) throw new InvalidRunError(`cannot get ${reference}: it answered ${response.status}`);
    return response.text();
  }
  const path = resolve(root, reference);
  if (!path.startsWith(root + sep))
    throw new InvalidRunError(`${reference} is not in the repository ${root}`);
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InvalidRunError(`cannot read ${reference} of the repository ${root}`, { cause });
  });
}
