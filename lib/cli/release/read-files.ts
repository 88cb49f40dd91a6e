import type * as z from 'zod';
import { type LoadedObject, loadFiles } from '#lib/local';
import type { DoneMove } from '#lib/promote';
import {
  checkDocument,
  InvalidReleaseError,
  isMap,
  movesBack,
  PushResults,
  Release,
  type ReleaseKind,
  resourceTypes,
} from '#lib/release';
import { jsonOf, printable } from '#lib/text';

/**
 * The one object of a kind in a file, which may hold others.
 *
 * @throws {InvalidReleaseError} naming the file, and the field where one does not fit
 */
export async function readResource<S extends z.ZodType>(
  path: string,
  kind: ReleaseKind,
  schema: S,
): Promise<z.output<S>> {
  const { object, source } = onlyOne(await loadFiles([path]), kind, path);
  return checkDocument(object, schema, `${kind} in ${printable(source, 1_000)}`);
}

function onlyOne(objects: readonly LoadedObject[], kind: ReleaseKind, path: string): LoadedObject {
  const { group, version } = resourceTypes[kind];
  const apiVersion = `${group}/${version}`;
  const [first, ...others] = objects.filter(
    ({ object }) => object.kind === kind && object.apiVersion === apiVersion,
  );
  if (first !== undefined && others.length === 0) return first;
  const has = objects.map(({ object }) =>
    printable(`${String(object.kind)} of ${String(object.apiVersion)}`),
  );
  const told = first === undefined ? [...new Set(has)].join(', ') : `${others.length + 1} of them`;
  throw new InvalidReleaseError(
    `${printable(path, 1_000)} is to have one ${kind} of ${apiVersion}, and has ${told === '' ? 'no object' : told}`,
  );
}

/**
 * What a release has moved, from push-snapshot-results.json or from the Release that says the same in status.artifacts.
 *
 * @throws {InvalidReleaseError} naming the file, and the field where one does not fit
 */
export async function readMoves(path: string): Promise<readonly DoneMove[]> {
  const objects = await loadFiles([path], resultsIn);
  const [only] = objects;
  if (only !== undefined && objects.length === 1 && !('kind' in only.object)) {
    const what = `the results in ${printable(path, 1_000)}`;
    return movesBack(checkDocument(only.object, PushResults, what), what);
  }
  const { object, source } = onlyOne(objects, 'Release', path);
  const what = `Release in ${printable(source, 1_000)}`;
  const { status } = checkDocument(object, Release, what);
  if (!isMap(status?.artifacts))
    throw new InvalidReleaseError(`${what} has no status.artifacts: it does not say what was released`, {
      hint: 'take it as the cluster has it: kubectl get release <name> -o yaml',
    });
  const artifacts = `status.artifacts of ${what}`;
  return movesBack(checkDocument(status.artifacts, PushResults, artifacts), artifacts);
}

/** Results are JSON, and no object of Kubernetes. */
function resultsIn(text: string, path: string): Promise<readonly LoadedObject[]> | undefined {
  const value = jsonOf(text);
  if (!isMap(value) || 'kind' in value || 'apiVersion' in value) return undefined;
  return Promise.resolve([{ object: value, source: path }]);
}
