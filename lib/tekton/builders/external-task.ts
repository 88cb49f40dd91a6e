import type * as z from 'zod';
import type * as api from '../objects/api.gen.ts';
import { InvalidDefinitionError } from '../objects/problem.ts';
import {
  type ExternalSchemas,
  type ExternalSpec,
  externalSchema,
  type ResultSchemas,
  resultSchema,
} from './external-schema.ts';
import type { Schemas } from './schema.ts';
import type { Workspace, Workspaces } from './workspaces.ts';

/** Where a cluster takes a task of somebody else from. */
export type ExternalSource =
  | { readonly bundle: string }
  | { readonly git: string }
  /** By name, as it is installed in the cluster. */
  | { readonly cluster: true };

interface ExternalWorkspace extends Workspace {
  readonly name: string;
}

/** What `bootc-catalog bundle types` writes: an interface as Tekton has it, and where it was read. */
export interface ExternalInterface<
  P extends readonly ExternalSpec[] = readonly ExternalSpec[],
  R extends readonly ExternalSpec[] = readonly ExternalSpec[],
  W extends readonly ExternalWorkspace[] = readonly ExternalWorkspace[],
> {
  readonly name: string;
  /** What the interface was read from, whatever is pinned by now. */
  readonly read: {
    /** The version that the task tells of itself; empty where it tells none. */
    readonly version: string;
    /** The bundle's digest, or the commit; empty for a file. */
    readonly from: string;
    /** SHA-256 of the interface, by which a change by hand is found. */
    readonly sum: string;
  };
  readonly params: P;
  readonly results: R;
  readonly workspaces: W;
}

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
  /** The interface as an object, by which the render checks what a pipeline gives. */
  readonly object: api.Task;
  /** As it was generated. */
  readonly generated: ExternalInterface & ExternalSource;
}

type WorkspacesOf<W extends readonly ExternalWorkspace[]> = {
  readonly [One in W[number] as One['name']]: {
    readonly description: string;
    readonly optional: One extends { readonly optional: true } ? true : false;
  };
};

/**
 * Called by generated files, which `bootc-catalog bundle types` writes.
 *
 * @throws {InvalidDefinitionError} for a reference that is not pinned
 */
export function defineExternalTask<
  const P extends readonly ExternalSpec[],
  const R extends readonly ExternalSpec[],
  const W extends readonly ExternalWorkspace[],
>(
  generated: ExternalInterface<P, R, W> & ExternalSource,
): ExternalTask<ExternalSchemas<P>, ResultSchemas<R>, WorkspacesOf<W>> {
  const { name, params, results, workspaces } = generated;
  const schemas = <T extends Schemas>(
    specs: readonly ExternalSpec[],
    schemaOf: (spec: ExternalSpec) => z.ZodType<unknown, api.ParamValue | undefined>,
  ) => Object.fromEntries(specs.map((spec) => [spec.name, schemaOf(spec)])) as unknown as T;
  return {
    name,
    params: schemas<ExternalSchemas<P>>(params, externalSchema),
    results: schemas<ResultSchemas<R>>(results, resultSchema),
    workspaces: Object.fromEntries(
      workspaces.map(({ name: workspace, ...rest }) => [workspace, rest]),
    ) as unknown as WorkspacesOf<W>,
    taskRef: externalTaskRef(name, generated),
    object: {
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      metadata: { name },
      spec: { params, results, workspaces },
    },
    generated,
  };
}

export function externalTaskRef(name: string, source: ExternalSource): api.TaskRef {
  if ('bundle' in source) return bundleTaskRef(name, source.bundle);
  if ('git' in source) return gitTaskRef(name, source.git);
  return { name, kind: 'Task' };
}

/** A reference to what a bundle has, by the resolver of bundles. */
export function inBundle(
  kind: 'task' | 'pipeline' | 'stepaction',
  name: string,
  bundle: string,
): Pick<api.TaskRef, 'resolver' | 'params'> {
  return {
    resolver: 'bundles',
    params: [
      { name: 'bundle', value: bundle },
      { name: 'name', value: name },
      { name: 'kind', value: kind },
    ],
  };
}

function bundleTaskRef(name: string, bundle: string): api.TaskRef {
  if (!/^[^@\s]+@sha256:[0-9a-f]{64}$/.test(bundle))
    throw unpinned(name, bundle, 'repository[:tag]@sha256:…');
  return inBundle('task', name, bundle);
}

function gitTaskRef(name: string, git: string): api.TaskRef {
  const { url, revision, path } = parseGitSource(git) ?? {};
  if (url === undefined || revision === undefined || path === undefined || !/^[0-9a-f]{40}$/.test(revision)) {
    throw unpinned(name, git, '<url>@<commit>:<path>');
  }
  return {
    resolver: 'git',
    params: [
      { name: 'url', value: url },
      { name: 'revision', value: revision },
      { name: 'pathInRepo', value: path },
    ],
  };
}

/** `https://host/repository@<revision>:<path>`. */
export function parseGitSource(
  text: string,
): { readonly url: string; readonly revision: string; readonly path: string } | undefined {
  const { url, revision, path } =
    /^(?<url>(?:(?:https?|ssh|git|file):\/\/|git@).+)@(?<revision>[^@:]+):(?<path>[^:]+)$/.exec(text)
      ?.groups ?? {};
  return url === undefined || revision === undefined || path === undefined
    ? undefined
    : { url, revision, path };
}

function unpinned(name: string, reference: string, expected: string): InvalidDefinitionError {
  return new InvalidDefinitionError(
    `external task ${name}`,
    `${reference} is not pinned: expected ${expected}`,
  );
}
