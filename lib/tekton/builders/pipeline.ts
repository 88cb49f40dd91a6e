import { callSite } from './call-site.ts';
import type { ExternalTask } from './external-task.ts';
import type {
  AddFinally,
  AddTask,
  ErasedFields,
  FinallyScope,
  TaskNode,
  WorkspaceUse,
} from './pipeline-task.ts';
import { type Ref, type Refs, ref, refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { TaskDefinition } from './task.ts';
import type { Version } from './version.ts';
import type { Workspaces } from './workspaces.ts';

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
  return { name, params, results, workspaces, embedded: task };
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

export interface PipelineScope<P extends Schemas, W extends Workspaces> {
  readonly params: Refs<P>;
  readonly workspaces: { readonly [K in keyof W]: WorkspaceUse & { readonly bound: Ref<string> } };
  readonly context: {
    readonly pipelineRun: Readonly<Record<'name' | 'namespace' | 'uid', Ref<string>>>;
    readonly pipeline: Readonly<Record<'name', Ref<string>>>;
  };
  readonly run: AddTask;
  /** Runs when everything else is done, whatever came of it: `({ status }) => …` sees how it ended. */
  readonly runFinally: AddFinally;
}

/** A result of the pipeline: a reference, with a description where the name does not say enough. */
export type PipelineResults = Readonly<
  Record<string, Ref<unknown> | { readonly value: Ref<unknown>; readonly description: string }>
>;

export interface PipelineOptions<P extends Schemas, W extends Workspaces> {
  readonly name: string;
  readonly version: Version;
  readonly displayName?: string;
  readonly description: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Findings of `lint` that are meant: the rule, and why. */
  readonly waives?: Readonly<Record<string, string>>;
  readonly params: P;
  readonly workspaces?: W;
  /** Adds the tasks, from top to bottom, and returns what the pipeline gives. */
  readonly body: (scope: PipelineScope<P, W>) => PipelineResults;
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
  readonly options: Omit<PipelineOptions<Schemas, Workspaces>, 'body' | 'version'> & {
    readonly version: string;
  };
  /** The file that defines it, where that is known. */
  readonly file: string | undefined;
}

export function definePipeline<P extends Schemas, const W extends Workspaces = Record<never, never>>(
  options: PipelineOptions<P, W>,
): PipelineDefinition<P, W> {
  const file = callSite();
  const tasks: TaskNode[] = [];
  const last: TaskNode[] = [];
  const workspaces = Object.fromEntries(
    Object.keys(options.workspaces ?? {}).map((name) => [
      name,
      { workspace: name, bound: ref(`$(workspaces.${name}.bound)`) },
    ]),
  );
  const outputs = options.body({
    params: refs('params', options.params),
    workspaces: workspaces as PipelineScope<P, W>['workspaces'],
    context: {
      pipelineRun: {
        name: ref('$(context.pipelineRun.name)'),
        namespace: ref('$(context.pipelineRun.namespace)'),
        uid: ref('$(context.pipelineRun.uid)'),
      },
      pipeline: { name: ref('$(context.pipeline.name)') },
    },
    run: (name, target, fields) => added(tasks, taskNode('tasks', name, target, fields)),
    runFinally: (name, target, fields) =>
      added(
        last,
        taskNode('finally', name, target, typeof fields === 'function' ? fields(finallyScope) : fields),
      ),
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
    options,
    file,
  };
}

const finallyScope: FinallyScope = {
  status: (node) => ref(node ? `$(tasks.${node.name}.status)` : '$(tasks.status)'),
  reason: (node) => ref(`$(tasks.${node.name}.reason)`),
};

/** Results of a task in `finally` have a name of their own, which the results of a pipeline alone may use. */
function taskNode(list: 'tasks' | 'finally', name: string, target: Runnable, fields: ErasedFields): TaskNode {
  const isMatrix = fields.matrix !== undefined || fields.include !== undefined;
  return {
    name,
    target,
    fields,
    results: refs(`${list}.${name}.results`, target.results, isMatrix),
    length: ref(`$(tasks.${name}.matrix.length)`),
  };
}

function added<R>(nodes: TaskNode[], node: TaskNode): TaskNode<R> {
  nodes.push(node);
  return node as TaskNode<R>;
}
