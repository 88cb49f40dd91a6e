// Tasks that pipelines refer to, and pipelines that do, for the rules about what hangs together.
import type { ValidateOptions } from '#lib/tekton';
import type { Pipeline, StepAction, Task } from '#lib/tekton/objects';
import { pipeline, stepAction, task } from './tekton-objects.ts';

/** The tasks that the pipelines here refer to, by name. */
const library: Readonly<Record<string, object>> = {
  build: task({
    params: [
      { name: 'image' },
      { name: 'tags', type: 'array', default: [] },
      {
        name: 'source',
        type: 'object',
        properties: { url: {}, revision: {} },
        default: { revision: 'main' },
      },
      { name: 'format', enum: ['oci', 'docker'], default: 'oci' },
    ],
    workspaces: [{ name: 'source' }, { name: 'cache', optional: true }],
    results: [
      { name: 'digest' },
      { name: 'layers', type: 'array' },
      { name: 'meta', properties: { url: {}, size: {} } },
    ],
  }),
  check: task({
    params: [{ name: 'platform' }],
    results: [{ name: 'verdict' }, { name: 'all', type: 'array' }],
  }),
  list: task({ params: [{ name: 'items', type: 'array' }] }),
  take: task({ params: [{ name: 'value' }] }),
};

export const known: ValidateOptions = {
  tasks: ({ name = '' }) => library[name] as Task | undefined,
  pipelines: ({ name = '' }) =>
    (name === 'p' ? pipeline({ params: [{ name: 'a' }], tasks: [] }) : undefined) as Pipeline | undefined,
  stepActions: ({ name = '' }) =>
    (name === 'fetch'
      ? stepAction({ params: [{ name: 'url' }, { name: 'depth', default: '1' }] })
      : undefined) as StepAction | undefined,
};

export const build = {
  name: 'build',
  taskRef: { name: 'build' },
  params: [{ name: 'image', value: 'a' }],
  workspaces: [{ name: 'source' }],
};

export interface Spec {
  readonly params?: readonly object[];
  readonly workspaces?: readonly object[];
  readonly results?: readonly object[];
}

export function withBuild(fields: object, ...others: readonly object[]): object {
  return object({}, { ...build, ...fields }, ...others);
}

export function object(spec: Spec, ...tasks: readonly object[]): object {
  return pipeline({ workspaces: [{ name: 'source' }], ...spec, tasks });
}

export function params(...list: readonly (readonly [string, unknown])[]): object {
  return { params: [['image', 'a'] as const, ...list].map(([name, value]) => ({ name, value })) };
}

export function take(value: unknown): object {
  return { name: 'take', taskRef: { name: 'take' }, params: [{ name: 'value', value }] };
}

export const checked = {
  name: 'check',
  taskRef: { name: 'check' },
  matrix: { params: [{ name: 'platform', value: ['x86_64', 's390x'] }] },
};

export const validateTask = 'pkg/reconciler/taskrun/validate_taskrun.go';
export const resources = 'pkg/reconciler/pipelinerun/resources';
