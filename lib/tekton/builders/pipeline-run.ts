import type * as api from '../objects/api.gen.ts';
import { type Arguments, wireArguments } from './arguments.ts';
import { orNothing } from './manifest.ts';
import type { PipelineDefinition } from './pipeline.ts';
import type { Schemas } from './schema.ts';
import type { Workspaces } from './task.ts';

type BindingFor<W extends Workspaces> = {
  readonly [K in keyof W as W[K] extends { readonly optional: true } ? never : K]: Omit<
    api.WorkspaceBinding,
    'name'
  >;
} & { readonly [K in keyof W]?: Omit<api.WorkspaceBinding, 'name'> };

interface PipelineRunOptions<P extends Schemas, W extends Workspaces>
  extends Omit<api.PipelineRunSpec, 'params' | 'workspaces' | 'pipelineSpec' | 'pipelineRef'> {
  readonly metadata: api.ObjectMeta;
  readonly params: Arguments<P>;
  readonly workspaces?: BindingFor<W>;
  /** Where the pipeline is taken from; by its name unless told. */
  readonly pipelineRef?: api.PipelineRef;
}

/** A run of a pipeline, its parameters checked against the pipeline's own. */
export function definePipelineRun<P extends Schemas, W extends Workspaces>(
  pipeline: PipelineDefinition<P, W>,
  options: PipelineRunOptions<P, W>,
): api.PipelineRun {
  const { metadata, params, workspaces = {}, pipelineRef, ...spec } = options;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata,
    spec: {
      pipelineRef: pipelineRef ?? { name: pipeline.name },
      params: orNothing(wireArguments(pipeline.params, params, 'params')),
      workspaces: orNothing(
        Object.entries<Omit<api.WorkspaceBinding, 'name'>>(workspaces).map(([name, binding]) => ({
          name,
          ...binding,
        })),
      ),
      ...spec,
    },
  };
}
