import type * as api from '../objects/api.gen.ts';
import { within } from '../objects/problem.ts';
import { type ParamsField, wireArguments } from './arguments.ts';
import { orNothing } from './manifest.ts';
import type { PipelineDefinition } from './pipeline-types.ts';
import type { Schemas } from './schema.ts';
import type { Workspaces, WorkspacesField } from './workspaces.ts';

type Binding = Omit<api.WorkspaceBinding, 'name'>;

type PipelineRunOptions<P extends Schemas, W extends Workspaces> = Omit<
  api.PipelineRunSpec,
  'params' | 'workspaces' | 'pipelineSpec' | 'pipelineRef'
> &
  ParamsField<P> &
  WorkspacesField<W, Binding> & {
    readonly metadata: api.ObjectMeta;
    /** Where the pipeline is taken from; by its name unless told. */
    readonly pipelineRef?: api.PipelineRef;
  };

/** A run of a pipeline, its parameters checked against the pipeline's own. */
export function definePipelineRun<P extends Schemas, W extends Workspaces>(
  pipeline: PipelineDefinition<P, W>,
  options: PipelineRunOptions<P, W>,
): api.PipelineRun {
  const { metadata, params = {}, workspaces = {}, pipelineRef, ...spec } = options;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata,
    spec: {
      pipelineRef: pipelineRef ?? { name: pipeline.name },
      params: orNothing(
        within(`run of pipeline ${pipeline.name}`, () => wireArguments(pipeline.params, params)),
      ),
      workspaces: orNothing(
        Object.entries<Binding>(workspaces).map(([name, binding]) => ({
          name,
          ...binding,
        })),
      ),
      ...spec,
    },
  };
}
