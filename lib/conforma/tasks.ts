import { parseImageName } from './image-name.ts';
import type { AttestedTask, AttestedValue, Statement } from './statement.ts';

/** Which definition a TaskRun was of (lib/tekton/refs.rego). */
export interface TaskReference {
  /** `oci://repository:tag`, without the tag where there is none; `git+url.git//path`; else `<UNKNOWN>`. */
  readonly key: string;
  readonly kind: string;
  /** The bundle as it is referred to. */
  readonly bundle?: string;
  readonly isTagged: boolean;
  /** What it is pinned by: the digest of the bundle, the commit; undefined where it is not. */
  readonly pin?: string;
}

/** Name of the Task itself, which is not that of the pipeline task. */
export function taskName({ ref, invocation }: AttestedTask): string {
  const byParam = ref.params?.find(({ name, value }) => name === 'name' && value !== '')?.value;
  const named = invocation.environment?.labels?.['tekton.dev/task'] ?? byParam ?? ref.name;
  return typeof named === 'string' ? named : '<NAMELESS>';
}

export function referenceOf({ ref }: AttestedTask): TaskReference {
  const param = (name: string) => {
    const value = ref.params?.find((one) => one.name === name)?.value;
    return typeof value === 'string' ? value : '';
  };
  if (ref.bundle !== undefined) return ofBundle(ref.bundle, ref.kind ?? 'task');
  if (ref.resolver === 'bundles') return ofBundle(param('bundle'), param('kind') || 'task');
  const kind = (ref.kind ?? 'task').toLowerCase();
  if (ref.resolver === 'git') {
    const url = param('url');
    const uri = `${url.startsWith('git+') ? '' : 'git+'}${url}${url.endsWith('.git') ? '' : '.git'}`;
    const commit = param('revision');
    const pinned = /^[0-9a-f]{40}$/.test(commit) ? { pin: commit } : {};
    return { key: `${uri}//${param('pathInRepo')}`, kind, isTagged: false, ...pinned };
  }
  const isInlined = Object.keys(ref).length === 0;
  return { key: '<UNKNOWN>', kind, isTagged: false, ...(isInlined ? { pin: '<INLINED>' } : {}) };
}

function ofBundle(bundle: string, kind: string): TaskReference {
  const { repository = bundle, tag = '', digest = '' } = parseImageName(bundle) ?? {};
  return {
    key: `oci://${repository}${tag === '' ? '' : `:${tag}`}`,
    kind: kind.toLowerCase(),
    bundle,
    isTagged: tag !== '',
    ...(digest === '' ? {} : { pin: digest }),
  };
}

/** The Tasks of a statement; runs of something else than a Task are none. */
export function tasksOf({ predicate }: Statement): readonly AttestedTask[] {
  return (predicate.buildConfig?.tasks ?? []).filter((task) => referenceOf(task).kind === 'task');
}

/** A result's text; undefined where there is no such result, or it is no text. */
export function resultOf(task: AttestedTask, name: string): string | undefined {
  const value = task.results?.find((result) => result.name === name)?.value;
  return typeof value === 'string' ? value : undefined;
}

export function paramOf({ invocation }: AttestedTask, name: string): AttestedValue | undefined {
  return invocation.parameters?.[name];
}

/** Its texts: of a list or an object those that are in it. */
export function textsOf(value: AttestedValue): readonly string[] {
  return typeof value === 'string' ? [value] : Object.values(value);
}

/** Tasks that say that they have built an image, by type hints (lib/tekton/task.rego, build_tasks). */
export function buildTasks(statement: Statement): readonly AttestedTask[] {
  return tasksOf(statement).filter((task) => builtUrls(task).length > 0 && builtDigests(task).length > 0);
}

export const builtUrls = (task: AttestedTask) => built(task, 'IMAGE_URL', 'ARTIFACT_URI', 'uri', 0);
export const builtDigests = (task: AttestedTask) =>
  built(task, 'IMAGE_DIGEST', 'ARTIFACT_DIGEST', 'digest', 1);

/** Type hints of images and artifacts in one order, so that a URL and its digest have the same place. */
function built(
  task: AttestedTask,
  image: string,
  artifact: string,
  field: string,
  part: 0 | 1,
): readonly string[] {
  const ending = (suffix: string) =>
    (task.results ?? [])
      .filter(({ name }) => name.endsWith(suffix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ value }) => value);
  const listed = ending('IMAGES')
    .filter((value) => typeof value === 'string')
    .flatMap((value) => value.split(',').map((one) => one.split('@')[part]));
  const outputs = ending('ARTIFACT_OUTPUTS').map((value) =>
    typeof value === 'string' || Array.isArray(value) ? undefined : value[field],
  );
  return [...ending(image), ...ending(artifact), ...listed, ...outputs]
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** Tasks that have cloned a repository: results `commit` and `url`. */
export function cloneTasks(statement: Statement): readonly AttestedTask[] {
  return tasksOf(statement).filter((task) =>
    ['commit', 'url'].every((name) => (resultOf(task, name) ?? '').trim() !== ''),
  );
}
