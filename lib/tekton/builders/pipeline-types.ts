import type * as z from 'zod';
import type { Arguments, Literal, ParamsField } from './arguments.ts';
import type { Condition } from './condition.ts';
import type { ExternalTask } from './external-task.ts';
import type { Ref, Refs } from './ref.ts';
import type { Schemas } from './schema.ts';
import type { Shown } from './shown.ts';
import type { TaskDefinition } from './task.ts';
import type { Version } from './version.ts';
import type { Workspaces, WorkspacesField } from './workspaces.ts';

export interface WorkspaceUse {
  readonly workspace: string;
  readonly subPath?: string | Ref<string>;
}

/** Extra combinations of a matrix, or extra parameters for the combinations that they match. */
export interface Include<P extends Schemas> {
  readonly name?: string;
  readonly params: Partial<Arguments<P>>;
}

interface CommonFields<P extends Schemas, M extends keyof P, I extends readonly Include<P>[]> {
  readonly displayName?: string;
  readonly description?: string;
  readonly matrix?: {
    readonly [K in M]:
      | Ref<readonly z.output<P[K]>[]>
      | readonly (Literal<z.output<P[K]>> | Ref<z.output<P[K]>>)[];
  };
  readonly include?: I;
  readonly when?: readonly Condition[];
  readonly retries?: number;
  /** A Go duration such as 1h30m; 0 for none. */
  readonly timeout?: string;
  readonly onError?: 'continue' | 'stopAndFail';
}

/** The fields of a Tekton PipelineTask in `finally`; parameters in `matrix` run the task once for each combination. */
export type FinallyFields<
  P extends Schemas,
  W extends Workspaces,
  M extends keyof P,
  I extends readonly Include<P>[],
> = CommonFields<P, M, I> & ParamsField<P, M> & WorkspacesField<W, WorkspaceUse>;

/** Those of one that others can wait for. */
export type PipelineTaskFields<
  P extends Schemas,
  W extends Workspaces,
  M extends keyof P,
  I extends readonly Include<P>[],
> = FinallyFields<P, W, M, I> & { readonly runAfter?: readonly TaskNode[] };

/** The same fields, their types forgotten. */
export interface ErasedFields extends CommonFields<Schemas, never, readonly Include<Schemas>[]> {
  readonly params?: object;
  readonly workspaces?: Readonly<Record<string, WorkspaceUse | undefined>>;
  readonly runAfter?: readonly TaskNode[];
}

/** A task of a pipeline: what others can wait for, and take results of. */
export interface TaskNode<R = unknown> {
  readonly name: string;
  readonly target: Runnable;
  readonly fields: ErasedFields;
  readonly results: R;
  /** How many combinations a matrix had. */
  readonly length: Ref<string>;
}

/** A task that ends a pipeline: no other waits for it, and its results are for the pipeline's alone. */
export interface FinallyNode<R = unknown> {
  readonly name: string;
  readonly results: R;
}

/** Each result of a matrix is a list, also where `include` alone makes it. */
export type ResultsOf<R extends Schemas, M, I> = [M | I] extends [never]
  ? Refs<R>
  : { readonly [K in keyof R]: Ref<readonly z.output<R[K]>[]> };

export type AddTask = <
  P extends Schemas,
  R extends Schemas,
  W extends Workspaces,
  M extends keyof P = never,
  I extends readonly Include<P>[] = never,
>(
  name: string,
  target: Runnable<P, R, W>,
  fields: PipelineTaskFields<P, W, M, I>,
) => TaskNode<ResultsOf<R, M, I>>;

/** How tasks ended: for those alone that run when all of them have. */
export interface FinallyScope {
  /** Status of one task, or of all of them. */
  readonly status: (node?: TaskNode) => Ref<'Succeeded' | 'Failed' | 'Completed' | 'None'>;
  readonly reason: (node: TaskNode) => Ref<string>;
}

export type AddFinally = <
  P extends Schemas,
  R extends Schemas,
  W extends Workspaces,
  M extends keyof P = never,
  I extends readonly Include<P>[] = never,
>(
  name: string,
  target: Runnable<P, R, W>,
  fields: FinallyFields<P, W, M, I> | ((scope: FinallyScope) => FinallyFields<P, W, M, I>),
) => FinallyNode<ResultsOf<R, M, I>>;

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
  /** References to the params of the pipeline, of their types. */
  readonly params: Refs<P>;
  readonly workspaces: { readonly [K in keyof W]: WorkspaceUse & { readonly bound: Ref<string> } };
  readonly context: {
    readonly pipelineRun: Readonly<Record<'name' | 'namespace' | 'uid', Ref<string>>>;
    readonly pipeline: Readonly<Record<'name', Ref<string>>>;
  };
  /** Adds a task: `run('name', task, { params, matrix, workspaces, when, runAfter, … })`; its results are what it returns. */
  readonly run: AddTask;
  /** Runs when everything else is done, whatever came of it: `({ status }) => …` sees how it ended. */
  readonly runFinally: AddFinally;
}

/** A result of the pipeline: a reference, with a description where the name does not say enough. */
export type PipelineResults = Readonly<
  Record<string, Ref<unknown> | { readonly value: Ref<unknown>; readonly description: string }>
>;

export interface PipelineOptions<P extends Schemas, W extends Workspaces> extends Shown {
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
