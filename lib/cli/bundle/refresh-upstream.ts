import { existsSync, readFileSync } from 'node:fs';
import { InvalidCatalogError, parseUpstream, readInterface, type Upstream, upstreamFile } from '#lib/catalog';
import { type RegistryClient, UnreachableError } from '#lib/oci';
import { ToolError } from '#lib/process';
import { defineExternalTask, parseGitSource } from '#lib/tekton';
import { printable } from '#lib/text';
import { interfaceChanges } from '#lib/versions';
import { writeFile } from '../catalog/catalog-file.ts';
import { usageError } from '../options/arguments.ts';
import { readExternalTask } from './read-external-task.ts';

interface RefreshOptions {
  /** Writes nothing, and refuses what has changed. */
  readonly check?: boolean;
  /** Passes over a registry that does not answer, and says so. */
  readonly ifReachable?: boolean;
}

/**
 * Reads the interface of every task of an `upstream.yaml` from the bundle or the commit that it pins, and says what has changed. The
 * file is written when all of them have been read.
 *
 * @throws {InvalidCatalogError} with `check`, for an interface that is another than the file says
 * @throws {UnreachableError} where a registry does not answer, unless that may be
 */
export async function refreshUpstream(
  client: RegistryClient,
  path: string,
  { check = false, ifReachable = false }: RefreshOptions,
): Promise<void> {
  if (!existsSync(path)) throw usageError(`there is no file ${printable(path)}`);
  const known = parseUpstream(readFileSync(path, 'utf8'), printable(path));
  const fresh: Upstream[] = [];
  const changes: string[] = [];
  try {
    for (const task of known) {
      // A digest names one interface for ever: a check asks nobody for what was read from the pin.
      const read = check && task.read.from === pinOf(task) ? task : await readPinned(client, task);
      fresh.push(read);
      changes.push(...changesOf(task, read));
    }
  } catch (error) {
    if (!(ifReachable && error instanceof Error && isUnreachable(error))) throw error;
    process.stderr.write(
      `${known.length - fresh.length} of ${known.length} interfaces not compared with their bundles: ${printable(error.message)}\n`,
    );
  }
  if (check && changes.length > 0) throw changed(path, changes);
  for (const change of changes) process.stderr.write(`${change}\n`);
  if (!check) writeFile(path, upstreamFile(fresh));
  else if (fresh.length > 0)
    process.stdout.write(`${printable(path)}: ${fresh.length} interfaces are those of their bundles\n`);
}

/** Git has one message for every way in which it does not get to a repository (its http.c: "unable to access"). */
function isUnreachable(error: Error): boolean {
  return (
    error instanceof UnreachableError ||
    (error.cause instanceof ToolError && error.message.includes('unable to access'))
  );
}

/** What is pinned, as `read.from` has it: the digest of the bundle, or the commit. */
function pinOf(task: Upstream): string | undefined {
  if ('bundle' in task) return task.bundle.slice(task.bundle.indexOf('@') + 1);
  return parseGitSource(task.git)?.revision;
}

async function readPinned(client: RegistryClient, upstream: Upstream): Promise<Upstream> {
  const source = 'bundle' in upstream ? { bundle: upstream.bundle } : { git: upstream.git };
  const { task, from } = await readExternalTask(
    client,
    'bundle' in source ? source.bundle : source.git,
    upstream.name,
  );
  return { ...readInterface(task, source, from), ...source };
}

function changesOf(before: Upstream, after: Upstream): readonly string[] {
  const { name, read } = before;
  const versions =
    read.version === after.read.version ? read.version : `${read.version} -> ${after.read.version}`;
  return interfaceChanges(defineExternalTask(before).object, defineExternalTask(after).object).map(
    ({ path, what }) => `${name} ${printable(versions)}: ${printable(path)}: ${printable(what)}`,
  );
}

function changed(path: string, changes: readonly string[]): InvalidCatalogError {
  return new InvalidCatalogError(
    `${printable(path)} is not what its bundles have:\n${changes.map((change) => `  ${change}`).join('\n')}`,
    {
      hint: `run \`bootc-catalog bundle types --refresh ${printable(path)}\` and \`make generate\`; the compiler then names what a pipeline passes that is gone`,
    },
  );
}
