import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { DownloadError, get, TooLargeError } from '#lib/http';
import { parseAddress, printable } from '#lib/text';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import type { LoadedObject } from '../objects/load.ts';

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

/** More than any Task has. */
const LIMIT = 4 * 1024 * 1024;

/** @throws {InvalidRunError} for a path out of the repository, and for what cannot be read */
export async function readReference(reference: string, root: string): Promise<string> {
  if (/^https?:\/\//.test(reference)) return download(reference);
  const path = resolve(root, reference);
  if (!path.startsWith(root + sep))
    throw new InvalidRunError(`${reference} is not in the repository ${root}`);
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InvalidRunError(`cannot read ${reference} of the repository ${root}`, { cause });
  });
}

async function download(reference: string): Promise<string> {
  const address = parseAddress(reference);
  if (address === undefined) throw new InvalidRunError(`${printable(reference)} is no URL`);
  const { url, userinfo } = address;
  // Forges lead to the host that has their files.
  const options = { limit: LIMIT, userinfo, redirectHosts: 'any' } as const;
  const document = await get(url, options).catch((cause: unknown) => {
    if (!(cause instanceof DownloadError || cause instanceof TooLargeError)) throw cause;
    throw new InvalidRunError(
      cause instanceof DownloadError && cause.status !== undefined
        ? `cannot get ${url.href}: it answered ${cause.status}`
        : `cannot get ${url.href}: ${cause.message}`,
    );
  });
  if (document === undefined) throw new InvalidRunError(`cannot get ${url.href}: it answered 404`);
  return document.bytes.toString('utf8');
}
