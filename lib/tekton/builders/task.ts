import type * as api from '../objects/api.gen.ts';
import type { ParamsField } from './arguments.ts';
import { callSite } from './call-site.ts';
import type { Coherent } from './coherent.ts';
import type { Ref } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { Shown } from './shown.ts';
import type { StepActionDefinition } from './step-action.ts';
import { type TaskScope, taskScope } from './task-scope.ts';
import type { Version } from './version.ts';
import type { WithRefs } from './with-refs.ts';
import type { Workspaces } from './workspaces.ts';

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
  /** Params of the task that this step is given, and no other; without it, all of them. */
  readonly takes?: readonly string[];
  /** What other steps of the pod leave for it, by name: it gets these paths among those of its workspaces. */
  readonly reads?: Readonly<Record<string, string | Ref<string>>>;
  /**
   * Results of the step alone, read by later steps as `scope.step({ name }).result(…)`. The step gets the path of the file
   * that it writes each to among those of its workspaces, by the name of the result.
   */
  readonly results?: Schemas;
  /** Name of a variable with the reference of the step image, for a step that starts it elsewhere. */
  readonly imageVariable?: string;
}

/** A step of any image, with a command or a script of its own. */
export interface ContainerStep<R extends Schemas>
  extends StepBase<R>,
    Fields<api.Step, Exclude<keyof api.Step, 'image' | 'command' | 'args' | 'script' | 'computeResources'>> {
  readonly image: string | Ref<string>;
  /** Results of the step alone, read by later steps as `scope.step({ name }).result(…)`. */
  readonly results?: Schemas;
}

/** A step that a StepAction describes; made by `uses`. */
export interface ActionStep<R extends Schemas> extends StepBase<R> {
  readonly action: StepActionDefinition;
  readonly params?: object;
}

/** `uses(checkout, { params: { url } })`. */
export function uses<P extends Schemas, R extends Schemas, const F extends object>(
  action: StepActionDefinition<P, R>,
  fields: F & ParamsField<P>,
): F & { readonly action: StepActionDefinition<P, R> } {
  return { ...fields, action };
}

export type StepFields<R extends Schemas> = OwnStep<R> | ContainerStep<R> | ActionStep<R>;

type Volumes = readonly WithRefs<api.Volume>[];

interface TaskOptions<P extends Schemas, R extends Schemas, W extends Workspaces, S, V extends Volumes>
  extends Shown {
  /** `metadata.name`: what pipelines and release policies know the task by. */
  readonly name: string;
  /** Semantic version; becomes label `app.kubernetes.io/version` and the bundle's tag. */
  readonly version: Version;
  readonly displayName?: string;
  readonly description: string;
  /** Sections in Markdown for the end of the task's page; nothing of it is in the object. */
  readonly documentation?: string;
  /** How it fails, for its page: what the log says, with … for what differs, and what mends it. */
  readonly failures?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Findings of `lint` that are meant: the rule, and why. */
  readonly waives?: Readonly<Record<string, string>>;
  readonly params: P;
  readonly results: R;
  readonly workspaces?: W;
  readonly volumes?: V;
  readonly stepTemplate?: WithRefs<api.StepTemplate>;
  readonly sidecars?: readonly WithRefs<api.Sidecar>[];
  readonly steps: (S & Coherent<P, R, S, V>) | ((scope: TaskScope<P, R, W>) => S & Coherent<P, R, S, V>);
}

type Taken<P extends Schemas, S> = S extends { readonly takes: readonly (infer K extends keyof P)[] }
  ? Pick<P, K>
  : P;

type Written<R extends Schemas, S> = S extends { readonly writes: readonly (infer K extends keyof R)[] }
  ? Pick<R, K>
  : Record<never, never>;

/** What other steps leave is always there, as a workspace is that must be bound. */
type Read<S> = (S extends { readonly reads: infer F } ? Described<F> : Record<never, never>) &
  (S extends { readonly cpu: string; readonly results: infer F } ? Described<F> : Record<never, never>);

type Described<F> = { readonly [K in keyof F]: { readonly description: string } };

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
  readonly steps: {
    readonly [K in keyof S]: StepDefinition<Taken<P, S[K]>, Written<R, S[K]>, W & Read<S[K]>>;
  };
  readonly definition: ErasedTask;
  /** The file that defines it, where that is known. */
  readonly file: string | undefined;
}

/** The definition as the manifest needs it, its types forgotten. */
export type ErasedTask = Omit<
  TaskOptions<Schemas, Schemas, Workspaces, never, Volumes>,
  'steps' | 'version'
> & {
  readonly version: string;
  readonly steps: Readonly<Record<string, StepFields<Schemas>>>;
};

/**
 * A Tekton Task: its params, results and workspaces with their types, and its steps. A step with `cpu` and `memory` is a
 * file beside the definition, `<step>.ts`, whose body `implement` gives; one with `image` is a container of anybody.
 *
 * @example
 * export const task = defineTask({
 *   name: 'hello',
 *   version: '0.1.0',
 *   description: 'Greets somebody.',
 *   params: { NAME: Text.describe('Who is greeted.') },
 *   results: { MESSAGE: Text.describe('What was said.') },
 *   steps: { greet: { cpu: '100m', memory: '128Mi', writes: ['MESSAGE'] } },
 * });
 */
export function defineTask<
  P extends Schemas,
  R extends Schemas,
  const S extends Readonly<Record<string, StepFields<R>>>,
  const W extends Workspaces = Record<never, never>,
  const V extends Volumes = readonly [],
>(options: TaskOptions<P, R, W, S, V>): TaskDefinition<P, R, W, S> {
  const { name, version, description, params, results, workspaces = {} } = options;
  const fields =
    typeof options.steps === 'function'
      ? options.steps(taskScope<P, R, W>(params, results, options.workspaces))
      : options.steps;
  const steps = Object.fromEntries(
    Object.entries(fields).map(([step, stepFields]) => [
      step,
      {
        task: name,
        name: step,
        description,
        params: paramsOf(params, stepFields),
        results: Object.fromEntries((stepFields.writes ?? []).map((result) => [result, results[result]])),
        workspaces: { ...workspaces, ...readsOf(stepFields) },
      },
    ]),
  );
  const file = callSite();
  const definition = { ...options, steps: fields };
  // A record by name of what was made name by name, which the compiler cannot follow.
  return { name, version, description, params, results, workspaces, steps, definition, file } as never;
}

/** The params that a step is given, in the order of the task. */
export function paramsOf(params: Schemas, step: { readonly takes?: readonly string[] } | object): Schemas {
  const takes = 'takes' in step ? step.takes : undefined;
  if (takes === undefined) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => takes.includes(name)));
}

function readsOf(fields: { readonly reads?: object; readonly results?: object } | object): Workspaces {
  const described = (names: object, description: string) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, { description }]));
  const reads = 'reads' in fields ? (fields.reads ?? {}) : {};
  const results = 'cpu' in fields && 'results' in fields ? (fields.results ?? {}) : {};
  return {
    ...described(reads, 'What another step of the task leaves.'),
    ...described(results, 'A result of the step alone.'),
  };
}
