import type { ParamSpec, Pipeline, StepAction, Task, TaskSpec } from '#lib/tekton';

/** A change that users of a task, pipeline or StepAction can notice without looking inside. */
export interface InterfaceChange {
  /** Such as `params.IMAGE.default`. */
  readonly path: string;
  readonly what: string;
  /** Whether a run or pipeline that worked before may fail now, or do something else. */
  readonly isBreaking: boolean;
}

interface Named {
  readonly name: string;
}

/** What changed in params, results, workspaces, and in the names by which steps and pipeline tasks are referred to. */
export function interfaceChanges(
  before: Task | Pipeline | StepAction,
  after: Task | Pipeline | StepAction,
): readonly InterfaceChange[] {
  const [old, fresh] = [before.spec ?? {}, after.spec ?? {}];
  return [
    ...compare('params', old.params, fresh.params, {
      added: ({ default: value }) => (value === undefined ? 'added without a default' : undefined),
      changed: paramChanges,
    }),
    ...compare(
      'results',
      old.results as readonly Result[] | undefined,
      fresh.results as readonly Result[] | undefined,
      {
        changed: resultChanges,
      },
    ),
    ...compare('workspaces', workspacesOf(old), workspacesOf(fresh), {
      added: ({ optional }) => (optional ? undefined : 'added and not optional'),
      changed: (path, { optional: was = false }, { optional: is = false }) =>
        was === is ? [] : [{ path, what: is ? 'is optional now' : 'is needed now', isBreaking: !is }],
    }),
    // stepSpecs and taskRunSpecs refer to these, and policies look for them.
    ...compare('steps', stepsOf(old), stepsOf(fresh), {}),
    ...compare('tasks', tasksOf(old), tasksOf(fresh), {}),
  ];
}

type Result = Named & { readonly type?: string | undefined };

interface Rules<T> {
  /** Why an addition breaks, where it does. */
  readonly added?: (item: T) => string | undefined;
  readonly changed?: (path: string, before: T, after: T) => readonly InterfaceChange[];
}

function compare<T extends Named>(
  kind: string,
  before: readonly T[] = [],
  after: readonly T[] = [],
  rules: Rules<T>,
): readonly InterfaceChange[] {
  const [old, fresh] = [before, after].map((list) => new Map(list.map((item) => [item.name, item])));
  const gone = before
    .filter(({ name }) => !fresh?.has(name))
    .map(({ name }) => ({ path: `${kind}.${name}`, what: 'removed', isBreaking: true }));
  const rest = after.flatMap((item): readonly InterfaceChange[] => {
    const path = `${kind}.${item.name}`;
    const known = old?.get(item.name);
    if (known !== undefined) return rules.changed?.(path, known, item) ?? [];
    const why = rules.added?.(item);
    return [{ path, what: why ?? 'added', isBreaking: why !== undefined }];
  });
  return [...gone, ...rest];
}

function paramChanges(path: string, before: ParamSpec, after: ParamSpec): readonly InterfaceChange[] {
  const changes: InterfaceChange[] = [...resultChanges(path, before, after)];
  const [was, is] = [before.default, after.default].map((value) => JSON.stringify(value));
  if (was !== is) {
    const what =
      is === undefined ? 'has no default any more' : `default was ${was ?? 'not there'}, and is ${is}`;
    // Where there was no default before, every user gives a value.
    changes.push({ path: `${path}.default`, what, isBreaking: was !== undefined });
  }
  const missing = (before.enum ?? []).filter(
    (value) => after.enum !== undefined && !after.enum.includes(value),
  );
  if (before.enum === undefined && after.enum !== undefined) {
    changes.push({ path: `${path}.enum`, what: 'takes some values only', isBreaking: true });
  } else if (missing.length > 0) {
    changes.push({ path: `${path}.enum`, what: `no longer takes ${missing.join(', ')}`, isBreaking: true });
  } else if (JSON.stringify(before.enum) !== JSON.stringify(after.enum)) {
    changes.push({ path: `${path}.enum`, what: 'takes more values', isBreaking: false });
  }
  return changes;
}

function resultChanges(path: string, before: Result, after: Result): readonly InterfaceChange[] {
  const [was, is] = [before.type ?? 'string', after.type ?? 'string'];
  return was === is ? [] : [{ path: `${path}.type`, what: `was ${was}, and is ${is}`, isBreaking: true }];
}

function workspacesOf(spec: object): readonly (Named & { readonly optional?: boolean })[] {
  const { workspaces = [] } = spec as Pick<TaskSpec, 'workspaces'>;
  return workspaces.map(({ name, optional }) => ({ name, ...(optional !== undefined && { optional }) }));
}

function stepsOf(spec: object): readonly Named[] {
  const { steps = [] } = spec as { readonly steps?: readonly { readonly name?: string }[] };
  return steps.flatMap(({ name }) => (name === undefined ? [] : [{ name }]));
}

function tasksOf(spec: object): readonly Named[] {
  const { tasks = [], finally: last = [] } = spec as {
    readonly tasks?: readonly Named[];
    readonly finally?: readonly Named[];
  };
  return [...tasks, ...last].map(({ name }) => ({ name }));
}
