import type * as z from 'zod';
import type * as api from '../objects/api.gen.ts';
import type { Arguments, Literal } from './arguments.ts';
import type { Condition } from './condition.ts';
import { type Ref, type Refs, ref, refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { TaskDefinition, Workspaces } from './task.ts';

/** A task of another catalog: its interface here, its definition in a bundle, a git repository or the cluster. */
export interface ExternalTask<
  P extends Schemas = Schemas,
  R extends Schemas = Schemas,
  W extends Workspaces = Workspaces,
> {
  readonly name: string;
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;
  readonly taskRef: api.TaskRef;
}

/** A task whose specification stands in the pipeline itself. */
export interface EmbeddedTask<
  P extends Schemas = Schemas,
  R extends Schemas = Schemas,
  W extends Workspaces = Workspaces,
> {
  readonly name: string;
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;
  readonly embedded: TaskDefinition;
}

export function embedded<P extends Schemas, R extends Schemas, W extends Workspaces>(
  task: TaskDefinition<P, R, W>,
): EmbeddedTask<P, R, W> {
  const { name, params, results, workspaces } = task;
  return { name, params, results, workspaces, embedded: task as never };
}

/** What a line of a pipeline can run. A pipeline gives no results to its parent (Tekton 1.15). */
export type Runnable<
  P extends Schemas = Schemas,
  R extends Schemas = Schemas,
  W extends Workspaces = Workspaces,
> =
  | TaskDefinition<P, R, W>
  | ExternalTask<P, R, W>
  | EmbeddedTask<P, R, W>
  | (PipelineDefinition<P> & { readonly results: R; readonly workspaces: W });

type Bindings<W extends Workspaces> = {
  readonly [K in keyof W as W[K] extends { readonly optional: true } ? never : K]: WorkspaceUse;
} & { readonly [K in keyof W]?: WorkspaceUse };

interface WorkspaceUse {
  readonly workspace: string;
  readonly subPath?: string | Ref<string>;
}

/** The fields of a Tekton PipelineTask; parameters in `matrix` run the task once for each combination. */
export interface PipelineTaskFields<P extends Schemas, W extends Workspaces, M extends keyof P> {
  readonly displayName?: string;
  readonly description?: string;
  readonly params: Omit<Arguments<P>, M>;
  readonly matrix?: {
    readonly [K in M]:
      | Ref<readonly z.output<P[K]>[]>
      | readonly (Literal<z.output<P[K]>> | Ref<z.output<P[K]>>)[];
  };
  /** Extra combinations, or extra parameters for the combinations that they match. */
  readonly include?: readonly { readonly name?: string; readonly params: Partial<Arguments<P>> }[];
  readonly when?: readonly Condition[];
  readonly runAfter?: readonly TaskNode[];
  readonly retries?: number;
  /** A Go duration such as 1h30m; 0 for none. */
  readonly timeout?: string;
  readonly onError?: 'continue' | 'stopAndFail';
  readonly workspaces?: Bindings<W>;
}

export interface TaskNode<R = unknown> {
  readonly name: string;
  readonly target: Runnable;
  readonly fields: PipelineTaskFields<Schemas, Workspaces, never>;
  readonly results: R;
  /** How many combinations a matrix had. */
  readonly length: Ref<string>;
}

/** Each result of a matrix is a list. */
type ResultsOf<R extends Schemas, M> = [M] extends [never]
  ? Refs<R>
  : { readonly [K in keyof R]: Ref<readonly z.output<R[K]>[]> };

type AddTask = <P extends Schemas, R extends Schemas, W extends Workspaces, M extends keyof P = never>(
  name: string,
  target: Runnable<P, R, W>,
  fields: PipelineTaskFields<P, W, M>,
) => TaskNode<ResultsOf<R, M>>;

export interface PipelineScope<P extends Schemas, W extends Workspaces> {
  readonly params: Refs<P>;
  readonly workspaces: { readonly [K in keyof W]: WorkspaceUse & { readonly bound: Ref<string> } };
  readonly context: {
    readonly pipelineRun: Readonly<Record<'name' | 'namespace' | 'uid', Ref<string>>>;
    readonly pipeline: Readonly<Record<'name', Ref<string>>>;
  };
  readonly run: AddTask;
  /** Runs when everything else is done, whatever came of it. */
  readonly runFinally: AddTask;
  /** For `runFinally` alone: how one task ended, or all of them. */
  readonly status: (node?: TaskNode) => Ref<'Succeeded' | 'Failed' | 'Completed' | 'None'>;
  readonly reason: (node: TaskNode) => Ref<string>;
}

/** A result of the pipeline: a reference, with a description where the name does not say enough. */
export type PipelineResults = Readonly<
  Record<string, Ref<unknown> | { readonly value: Ref<unknown>; readonly description: string }>
>;

export interface PipelineOptions<P extends Schemas, W extends Workspaces> {
  readonly name: string;
  readonly version: string;
  readonly displayName?: string;
  readonly description: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly params: P;
  readonly workspaces?: W;
  readonly tasks: (scope: PipelineScope<P, W>) => PipelineResults;
}

export interface PipelineDefinition<P extends Schemas = Schemas, W extends Workspaces = Workspaces> {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly params: P;
  readonly workspaces: W;
  /** Nothing: a child pipeline's results cannot be read by its parent. */
  readonly results: Record<never, never>;
  readonly tasks: readonly TaskNode[];
  readonly finally: readonly TaskNode[];
  readonly outputs: PipelineResults;
  readonly options: Omit<PipelineOptions<Schemas, Workspaces>, 'tasks'>;
}

export function definePipeline<P extends Schemas, const W extends Workspaces = Record<never, never>>(
  options: PipelineOptions<P, W>,
): PipelineDefinition<P, W> {
  const tasks: TaskNode[] = [];
  const last: TaskNode[] = [];
  const adder =
    (nodes: TaskNode[]): AddTask =>
    (name, target, fields) => {
      const isMatrix = fields.matrix !== undefined || fields.include !== undefined;
      const node = {
        name,
        target,
        fields,
        results: refs(`tasks.${name}.results`, target.results, isMatrix),
        length: ref(`$(tasks.${name}.matrix.length)`),
      };
      nodes.push(node as never);
      return node as never;
    };
  const workspaces = Object.fromEntries(
    Object.keys(options.workspaces ?? {}).map((name) => [
      name,
      { workspace: name, bound: ref(`$(workspaces.${name}.bound)`) },
    ]),
  );
  const outputs = options.tasks({
    params: refs('params', options.params),
    workspaces: workspaces as never,
    context: {
      pipelineRun: {
        name: ref('$(context.pipelineRun.name)'),
        namespace: ref('$(context.pipelineRun.namespace)'),
        uid: ref('$(context.pipelineRun.uid)'),
      },
      pipeline: { name: ref('$(context.pipeline.name)') },
    },
    run: adder(tasks),
    runFinally: adder(last),
    status: (node) => ref(node ? `$(tasks.${node.name}.status)` : '$(tasks.status)'),
    reason: (node) => ref(`$(tasks.${node.name}.reason)`),
  });
  const { name, version, description, params } = options;
  return {
    name,
    version,
    description,
    params,
    workspaces: (options.workspaces ?? {}) as W,
    results: {},
    tasks,
    finally: last,
    outputs,
    options: options as never,
  };
}
