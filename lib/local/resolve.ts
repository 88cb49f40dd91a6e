import { ExpectedError } from '#lib/errors';
import type { Param, Pipeline, PipelineRef, StepAction, Task, TaskRef } from './api.ts';
import { checkObject, decodeObject } from './checked.ts';
import { InvalidRunError, UnsupportedError } from './errors.ts';
import type { Objects } from './objects.ts';

export type ResolvedKind = 'task' | 'pipeline' | 'stepaction';

export interface Resolved {
  readonly object: unknown;
  /** Where it came from, for the provenance in the run's status. */
  readonly source?: {
    readonly uri: string;
    readonly digest: Readonly<Record<string, string>>;
    readonly entryPoint: string;
  };
}

/** Finds what a `resolver:` with its params refers to. */
export type Resolver = (
  kind: ResolvedKind,
  params: readonly Param[],
  signal: AbortSignal,
) => Promise<Resolved>;

/** By the name that a reference gives: bundles, git, http. */
export type Resolvers = Readonly<Record<string, Resolver>>;

interface Reference {
  readonly name?: string | undefined;
  readonly resolver?: string | undefined;
  readonly params?: readonly Param[] | undefined;
}

export interface ResolveContext {
  readonly objects: Objects;
  readonly resolvers: Resolvers;
  readonly signal: AbortSignal;
}

/** @throws {InvalidRunError} `CouldntGetTask` */
export async function resolveTask(ref: TaskRef, path: string, context: ResolveContext): Promise<Task> {
  return (await resolve(ref, 'task', path, context)) as Task;
}

/** @throws {InvalidRunError} `CouldntGetPipeline` */
export async function resolvePipeline(
  ref: PipelineRef,
  path: string,
  context: ResolveContext,
): Promise<Pipeline> {
  return (await resolve(ref, 'pipeline', path, context)) as Pipeline;
}

/** @throws {InvalidRunError} `TaskRunResolutionFailed` */
export async function resolveStepAction(
  ref: Reference,
  path: string,
  context: ResolveContext,
): Promise<StepAction> {
  return (await resolve(ref, 'stepaction', path, context)) as StepAction;
}

/** What a resolver could not do is why the run cannot have its Task. */
async function ask(
  resolver: Resolver,
  { resolver: name, params = [] }: Reference,
  what: ResolvedKind,
  path: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await resolver(what, params, signal)).object as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if (cause instanceof UnsupportedError) {
      throw new UnsupportedError(
        `${path}: ${cause.message}`,
        cause.hint === undefined ? {} : { hint: cause.hint },
      );
    }
    const { kind, reason } = kinds[what];
    const message = `cannot get the ${kind} by resolver ${name}: ${(cause as Error).message}`;
    const hint = cause instanceof ExpectedError ? cause.hint : undefined;
    throw new InvalidRunError(message, { path, reason, ...(hint === undefined ? {} : { hint }) });
  }
}

const kinds = {
  task: { kind: 'Task', table: 'tasks', reason: 'CouldntGetTask' },
  pipeline: { kind: 'Pipeline', table: 'pipelines', reason: 'CouldntGetPipeline' },
  stepaction: { kind: 'StepAction', table: 'stepActions', reason: 'TaskRunResolutionFailed' },
} as const;

async function resolve(
  ref: Reference,
  what: ResolvedKind,
  path: string,
  context: ResolveContext,
): Promise<unknown> {
  const { kind, table, reason } = kinds[what];
  const { objects, resolvers } = context;
  if (ref.resolver !== undefined && ref.resolver !== '') {
    const resolver = resolvers[ref.resolver];
    if (!resolver) {
      throw new UnsupportedError(`${path}: there is no resolver "${ref.resolver}" here`, {
        hint: `known are: ${Object.keys(resolvers).join(', ') || 'none'}; or give the ${kind} as a file and refer to it by name`,
      });
    }
    return checkObject(
      decodeObject<object>(await ask(resolver, ref, what, path, context.signal), path),
      path,
    );
  }
  const name = ref.name ?? '';
  const found = objects[table].get(name);
  if (found) return checkObject(found, path);
  const known = [...objects[table].keys()];
  throw new InvalidRunError(`there is no ${kind} ${name}`, {
    path: `${path}.name`,
    reason,
    hint: known.length > 0 ? `given are: ${known.join(', ')}` : `give the file that has it`,
  });
}
