import { realpath, stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { printable } from '#lib/text';
import { InvalidContainerfileError } from './errors.ts';

/** Where a build finds its input: real paths, without a link in them. */
export interface BuildInput {
  readonly source: string;
  readonly context: string;
  readonly containerfile: string;
}

/**
 * Finds the Containerfile in the context, else in the source (konflux-build-cli, common.SearchDockerfile). Neither it
 * nor the context may lie outside the source, links included; `file` and `context` are relative to it.
 *
 * @throws {InvalidContainerfileError} when one of them is not there, leads out of the source, or is of the wrong kind
 */
export async function findContainerfile(given: {
  readonly source: string;
  readonly context: string;
  readonly file: string;
}): Promise<BuildInput> {
  const shown = printable(given.file);
  for (const [what, path] of Object.entries(given)) {
    if (path === '' || path.includes('\0')) throw new InvalidContainerfileError(`the ${what} is no path`);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given.file)) {
    throw new InvalidContainerfileError('the Containerfile is an address, and must be a path in the source');
  }
  const source = await present(given.source);
  if (source === undefined) throw new InvalidContainerfileError('there is no source');
  const context = await present(resolve(source, given.context));
  const shownContext = printable(given.context);
  if (context === undefined)
    throw new InvalidContainerfileError(`the context ${shownContext} is not in the source`);
  if (isOutside(source, context)) {
    throw new InvalidContainerfileError(`the context ${shownContext} is outside the source`);
  }
  if (!(await stat(context)).isDirectory()) {
    throw new InvalidContainerfileError(`the context ${shownContext} is no directory`);
  }
  for (const directory of [context, source]) {
    const wanted = resolve(directory, given.file);
    const found = await present(wanted);
    if (found !== undefined && isOutside(source, found)) {
      throw new InvalidContainerfileError(`the Containerfile ${shown} is outside the source`, {
        hint: 'name a file of the source; a link may not lead out of it either',
      });
    }
    if (found !== undefined && !(await stat(found)).isFile()) {
      throw new InvalidContainerfileError(`the Containerfile ${shown} is no file`);
    }
    if (found !== undefined) return { source, context, containerfile: found };
  }
  throw new InvalidContainerfileError(
    `there is no Containerfile ${shown}, neither in the context ${shownContext} nor in the source`,
  );
}

/** The real path; nothing where nothing is, which holds for a link to nothing too. */
async function present(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const why = typeof code === 'string' ? code : 'unknown';
    throw new InvalidContainerfileError(`cannot follow the path ${printable(path)}: ${why}`, {
      cause: error,
    });
  }
}

function isOutside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '..' || way.startsWith('../');
}
