import { ExpectedError } from '#lib/errors';
import { own, printable, quoted } from '#lib/text';
import type { Param, Pipeline, PipelineRef, RefSource, StepAction, Task, TaskRef } from '../model/api.ts';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import { checkObject, decodeObject } from '../objects/checked.ts';
import type { Objects } from '../objects/objects.ts';

export type ResolvedKind = 'task' | 'pipeline' | 'stepaction';

export interface Resolved {
  readonly object: unknown;
  /** Where it came from, for the provenance in the run's status. */
  readonly source?: RefSource;
}

/** An object that is checked, and where it came from if a resolver gave it. */
export interface Found<T> {
  readonly object: T;
  readonly source: RefSource | undefined;
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
export function resolveTask(ref: TaskRef, path: string, context: ResolveContext): Promise<Found<Task>> {
  return resolve(ref, 'task', path, context);
}

/** @throws {InvalidRunError} `CouldntGetPipeline` */
export function resolvePipeline(
  ref: PipelineRef,
  path: string,
  context: ResolveContext,
): Promise<Found<Pipeline>> {
  return resolve(ref, 'pipeline', path, context);
}

/** @throws {InvalidRunError} `TaskRunResolutionFailed` */
export function resolveStepAction(
  ref: Reference,
  path: string,
  context: ResolveContext,
): Promise<Found<StepAction>> {
  return resolve(ref, 'stepaction', path, context);
}

/** What a resolver could not do is why the run cannot have its Task. */
async function ask(
  resolver: Resolver,
  { resolver: name, params = [] }: Reference,
  what: ResolvedKind,
  path: string,
  signal: AbortSignal,
): Promise<Resolved> {
  try {
    return await resolver(what, params, signal);
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
    throw new InvalidRunError(message, { path, reason, cause, ...(hint === undefined ? {} : { hint }) });
  }
}

const kinds = {
  task: { kind: 'Task', table: 'tasks', reason: 'CouldntGetTask' },
  pipeline: { kind: 'Pipeline', table: 'pipelines', reason: 'CouldntGetPipeline' },
  stepaction: { kind: 'StepAction', table: 'stepActions', reason: 'TaskRunResolutionFailed' },
} as const;

async function resolve<T extends object>(
  ref: Reference,
  what: ResolvedKind,
  path: string,
  context: ResolveContext,
): Promise<Found<T>> {
  const { kind, table, reason } = kinds[what];
  const { objects, resolvers } = context;
  if (ref.resolver !== undefined && ref.resolver !== '') {
    const resolver = own(resolvers, ref.resolver);
    if (!resolver) {
      throw new UnsupportedError(`${path}: there is no resolver ${quoted(ref.resolver)} here`, {
        hint: `known are: ${Object.keys(resolvers).join(', ') || 'none'}; or give the ${kind} as a file and refer to it by name`,
      });
    }
    const { object, source } = await ask(resolver, ref, what, path, context.signal);
    const decoded = decodeObject<T>(object as Readonly<Record<string, unknown>>, path);
    return { object: checkObject(decoded, path), source };
  }
  const name = ref.name ?? '';
  const found = objects[table].get(name);
  if (found) return { object: checkObject(found, path) as T, source: undefined };
  const known = [...objects[table].keys()];
  throw new InvalidRunError(`there is no ${kind} ${printable(name)}`, {
    path: `${path}.name`,
    reason,
    hint: known.length > 0 ? `given are: ${printable(known.join(', '), 1_000)}` : `give the file that has it`,
  });
}
