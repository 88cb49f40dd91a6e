import type * as z from 'zod';
import type { Arguments, Literal, ParamsField } from './arguments.ts';
import type { Condition } from './condition.ts';
import type { Runnable } from './pipeline.ts';
import type { Ref, Refs } from './ref.ts';
import type { Schemas } from './schema.ts';
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
