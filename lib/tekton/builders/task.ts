import type * as api from '../objects/api.gen.ts';
import type { Arguments } from './arguments.ts';
import { type Ref, type Refs, ref, refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { StepActionDefinition } from './step-action.ts';
import type { WithRefs } from './with-refs.ts';

type Fields<T, Checked extends keyof T> = WithRefs<Omit<T, Checked>>;

/** What every kind of step may have; all of Tekton's own fields, as Tekton spells them. */
interface StepBase<R extends Schemas>
  extends Fields<
    api.Step,
    'name' | 'image' | 'command' | 'args' | 'script' | 'ref' | 'params' | 'results' | 'computeResources'
  > {
  /** Results of the task that this step writes. */
  readonly writes?: readonly (keyof R & string)[];
  /** Why the step needs more than an unprivileged process; goes into the README of the task. */
  readonly privileges?: { readonly why: string; readonly securityContext: api.SecurityContext };
}

/** A step of this repository: a TypeScript file beside the definition, run from the step image. */
export interface OwnStep<R extends Schemas> extends StepBase<R> {
  readonly cpu: string;
  readonly memory: string;
  /** What other steps of the pod leave for it, by name: it gets these paths among those of its workspaces. */
  readonly reads?: Readonly<Record<string, string | Ref<string>>>;
}

/** A step of any image, with a command or a script of its own. */
export interface ContainerStep<R extends Schemas>
  extends StepBase<R>,
    Fields<api.Step, Exclude<keyof api.Step, 'image' | 'command' | 'args' | 'script' | 'computeResources'>> {
  readonly image: string | Ref<string>;
  /** Results of the step alone, read by later steps as `scope.step(name).result(…)`. */
  readonly results?: Schemas;
}

/** A step that a StepAction describes; made by `uses`. */
export interface ActionStep<R extends Schemas> extends StepBase<R> {
  readonly action: StepActionDefinition;
  readonly params: object;
}

/** `uses(checkout, { params: { url } })`. */
export function uses<P extends Schemas, const F extends { readonly params: object }>(
  action: StepActionDefinition<P>,
  fields: F & { readonly params: Arguments<P> },
): F & { readonly action: StepActionDefinition } {
  return { ...fields, action: action as never };
}

export type StepFields<R extends Schemas> = OwnStep<R> | ContainerStep<R> | ActionStep<R>;

export interface Workspace extends Omit<api.WorkspaceDeclaration, 'name'> {
  readonly description: string;
}
export type Workspaces = Readonly<Record<string, Workspace>>;

/** What the steps of a task can refer to. */
export interface TaskScope<P extends Schemas, R extends Schemas, W extends Workspaces> {
  readonly params: Refs<P>;
  /** Path of the file that a result is written to. */
  readonly results: { readonly [K in keyof R]: { readonly path: Ref<string> } };
  readonly workspaces: {
    readonly [K in keyof W]: Readonly<Record<'path' | 'bound' | 'claim' | 'volume', Ref<string>>>;
  };
  /** An earlier step, by its name. */
  readonly step: (name: string) => {
    readonly result: (name: string) => Ref<string>;
    readonly exitCodePath: Ref<string>;
  };
  readonly context: {
    readonly taskRun: Readonly<Record<'name' | 'namespace' | 'uid', Ref<string>>>;
    readonly task: Readonly<Record<'name' | 'retry-count', Ref<string>>>;
  };
}

interface TaskOptions<P extends Schemas, R extends Schemas, W extends Workspaces, S> {
  /** `metadata.name`: what pipelines and release policies know the task by. */
  readonly name: string;
  /** Semantic version; becomes label `app.kubernetes.io/version` and the bundle's tag. */
  readonly version: string;
  readonly displayName?: string;
  readonly description: string;
  /** Sections in Markdown for the end of the task's page; nothing of it is in the object. */
  readonly documentation?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly params: P;
  readonly results: R;
  readonly workspaces?: W;
  readonly volumes?: readonly WithRefs<api.Volume>[];
  readonly stepTemplate?: WithRefs<api.StepTemplate>;
  readonly sidecars?: readonly WithRefs<api.Sidecar>[];
  readonly steps: S | ((scope: TaskScope<P, R, W>) => S);
}

type Written<R extends Schemas, S> = S extends { readonly writes: readonly (infer K extends keyof R)[] }
  ? Pick<R, K>
  : Record<never, never>;

/** A step as its implementation sees it: what comes in, what goes out. */
export interface StepDefinition<
  P extends Schemas = Schemas,
  R extends Schemas = Schemas,
  W extends Workspaces = Workspaces,
> {
  readonly task: string;
  readonly name: string;
  readonly description: string;
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;
}

export interface TaskDefinition<
  P extends Schemas = Schemas,
  R extends Schemas = Schemas,
  W extends Workspaces = Workspaces,
  S = unknown,
> {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;
  readonly steps: { readonly [K in keyof S]: StepDefinition<P, Written<R, S[K]>, W> };
  readonly definition: ErasedTask;
}

/** The definition as the manifest needs it, its types forgotten. */
export type ErasedTask = Omit<TaskOptions<Schemas, Schemas, Workspaces, never>, 'steps'> & {
  readonly steps: Readonly<Record<string, StepFields<Schemas>>>;
};

export function defineTask<
  P extends Schemas,
  R extends Schemas,
  const S extends Readonly<Record<string, StepFields<R>>>,
  const W extends Workspaces = Record<never, never>,
>(options: TaskOptions<P, R, W, S>): TaskDefinition<P, R, W, S> {
  const { name: task, version, description, params, results, workspaces = {} } = options;
  const definitions =
    typeof options.steps === 'function' ? options.steps(scopeOf(options) as never) : options.steps;
  const steps = Object.fromEntries(
    Object.entries(definitions).map(([name, { writes = [] }]) => [
      name,
      {
        task,
        name,
        description,
        params,
        results: Object.fromEntries(writes.map((result) => [result, results[result]])),
        workspaces,
      },
    ]),
  );
  const definition = { ...options, steps: definitions };
  return { name: task, version, description, params, results, workspaces, steps, definition } as never;
}

function scopeOf(options: {
  params: Schemas;
  results: Schemas;
  workspaces?: Workspaces;
}): TaskScope<Schemas, Schemas, Workspaces> {
  const variables = <K extends string>(path: string, ...names: K[]) =>
    Object.fromEntries(names.map((name) => [name, ref(`$(${path}.${name})`)])) as Record<K, Ref<string>>;
  const each = <T>(names: readonly string[], make: (name: string) => T) =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  return {
    params: refs('params', options.params),
    results: each(Object.keys(options.results), (name) => variables(`results.${name}`, 'path')),
    workspaces: each(Object.keys(options.workspaces ?? {}), (name) =>
      variables(`workspaces.${name}`, 'path', 'bound', 'claim', 'volume'),
    ),
    step: (name) => ({
      result: (result) => ref(`$(steps.${name}.results.${result})`),
      // The prefix step- stands here and not before results (docs/variables.md).
      exitCodePath: ref(`$(steps.step-${name}.exitCode.path)`),
    }),
    context: {
      taskRun: variables('context.taskRun', 'name', 'namespace', 'uid'),
      task: variables('context.task', 'name', 'retry-count'),
    },
  };
}
