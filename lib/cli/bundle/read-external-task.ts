import { InvalidBundleError } from '#lib/bundle';
import { createResolvers, fromV1beta1, loadFiles } from '#lib/local';
import { parseReference, type RegistryClient } from '#lib/oci';
import type { ExternalSource } from '#lib/tekton';
import { parseGitSource, type Task } from '#lib/tekton';
import { printable, withoutUserinfo } from '#lib/text';
import { given, usageError } from '../options/arguments.ts';
import { isPath, openBundle } from './open-bundle.ts';

/** A task of somebody else, where a cluster takes it from, and what its text was read from. */
interface ExternalTaskText {
  readonly task: Task;
  readonly source: ExternalSource;
  /** The bundle's digest or the commit; empty for a file. */
  readonly from: string;
}

/** @param name of the task, where there are several */
export async function readExternalTask(
  client: RegistryClient,
  text: string,
  name: string | undefined,
): Promise<ExternalTaskText> {
  const git = parseGitSource(text);
  if (git !== undefined) return fromGit(client, git, name);
  if (isPath(text)) {
    const objects = (await loadFiles([text])).map(({ object }) => object);
    return { task: onlyTask(objects, text, name), source: { cluster: true }, from: '' };
  }
  const reference = given(() => parseReference(text));
  const { root, entries, problems } = await openBundle(client, text);
  const refused = problems.find(({ isFatal }) => isFatal);
  if (refused !== undefined)
    throw new InvalidBundleError(`a cluster refuses ${printable(text)}: ${printable(refused.message, 500)}`);
  const task = onlyTask(
    entries.map(({ object }) => object),
    text,
    name,
  );
  const tag = reference.tag ?? (reference.digest === undefined ? 'latest' : undefined);
  const repository = client.repository(reference).name;
  const bundle = `${repository}${tag === undefined ? '' : `:${tag}`}@${root.digest}`;
  return { task, source: { bundle }, from: root.digest };
}

async function fromGit(
  client: RegistryClient,
  { url, revision, path }: { readonly url: string; readonly revision: string; readonly path: string },
  name: string | undefined,
): Promise<ExternalTaskText> {
  if (!/^[0-9a-f]{40}$/.test(revision)) {
    throw usageError(
      `${printable(revision)} is no commit`,
      'write its 40 hexadecimal digits: a branch or tag moves, and what is read here must be what a cluster takes',
    );
  }
  const params = [
    { name: 'url', value: url },
    { name: 'revision', value: revision },
    { name: 'pathInRepo', value: path },
  ];
  const { git } = createResolvers({ client });
  if (git === undefined) throw new TypeError('there is no resolver git');
  const { object } = await git('task', params, AbortSignal.timeout(120_000));
  // The file is committed, and a login is nobody's business.
  const where = withoutPassword(url);
  const source = { git: `${where}@${revision}:${path}` };
  return { task: onlyTask([object], `${path} of ${where}`, name), source, from: revision };
}

/** The user of ssh stays, who is no secret. */
function withoutPassword(url: string): string {
  return url.startsWith('ssh://') ? url.replace(/^(ssh:\/\/[^/@:]*):[^/@]*@/, '$1@') : withoutUserinfo(url);
}

function onlyTask(objects: readonly unknown[], where: string, name: string | undefined): Task {
  const tasks = objects.map(converted).filter(isTask);
  const chosen = name === undefined ? tasks : tasks.filter(({ metadata }) => metadata?.name === name);
  const [task] = chosen;
  if (task !== undefined && chosen.length === 1) return task;
  const names = tasks.map(({ metadata }) => printable(metadata?.name ?? '?')).join(', ');
  throw new InvalidBundleError(
    `${printable(where)} has ${chosen.length === 0 ? 'no such task' : 'several tasks'}`,
    {
      hint: names === '' ? 'give what holds a Task of tekton.dev/v1' : `say which with --task: ${names}`,
    },
  );
}

/** Some of Konflux' tasks are still of v1beta1, which a cluster converts. */
function converted(object: unknown): unknown {
  const { apiVersion } = (object ?? {}) as { readonly apiVersion?: unknown };
  return apiVersion === 'tekton.dev/v1beta1'
    ? fromV1beta1(object as Readonly<Record<string, unknown>>)
    : object;
}

function isTask(object: unknown): object is Task {
  const { kind, apiVersion } = (object ?? {}) as { readonly kind?: unknown; readonly apiVersion?: unknown };
  return kind === 'Task' && apiVersion === 'tekton.dev/v1';
}
