import { dirname, resolve } from 'node:path';
import { run } from '#lib/process';
import { withoutUserinfo } from '#lib/text';
import type { LoadedObject } from '../objects/load.ts';
import { fillObjects, type PacValues } from './fill-placeholders.ts';
import { GIT_AUTH_SECRET, gitFacts } from './git-facts.ts';
import { readReference, remoteReferences } from './remote-tasks.ts';

/**
 * The objects of a file of Pipelines-as-Code, filled from the git repository that it lies in, with the tasks that its
 * annotations ask for. `given` holds over what the repository says.
 *
 * @throws {InvalidRunError}
 */
export async function loadPacFile(
  path: string,
  text: string,
  given: Readonly<Record<string, string>>,
): Promise<readonly LoadedObject[]> {
  const directory = dirname(resolve(path));
  // On a cluster the forge says them, and none of its addresses says who asks.
  const told = Object.entries(given).map(([name, value]) => [name, withoutUserinfo(value)] as const);
  const values: PacValues = new Map([...(await gitFacts(directory)), ...told]);
  const own = fillObjects(text, path, values);
  const { stdout } = await run('git', ['-C', directory, 'rev-parse', '--show-toplevel']);
  const root = stdout.trim();
  const references = [...new Set(own.flatMap(remoteReferences))];
  const remote = await Promise.all(
    references.map(async (reference) =>
      fillObjects(await readReference(reference, root), withoutUserinfo(reference), values),
    ),
  );
  const needsSecret = values.get('git_auth_secret') === GIT_AUTH_SECRET && /\bgit_auth_secret\b/.test(text);
  return [...own, ...remote.flat(), ...(needsSecret ? [emptySecret] : [])];
}

/** A repository that everybody can read needs no token; steps look whether there is one. */
const emptySecret: LoadedObject = {
  source: 'Pipelines-as-Code',
  object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: GIT_AUTH_SECRET }, data: {} },
};
