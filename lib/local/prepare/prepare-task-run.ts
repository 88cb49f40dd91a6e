import { DEFAULT_TIMEOUT, taskStartProblems } from '#lib/tekton/objects';
import { parseDuration } from '../model/duration.ts';
import { InvalidRunError } from '../model/errors.ts';
import { refuseFirst } from '../model/refuse.ts';
import type { NamedTaskRun } from '../objects/choose-run.ts';
import type { ResolveContext } from '../resolvers/resolve.ts';
import { substituteBinding } from '../variables/substitute-pipeline.ts';
import { taskReplacements } from '../variables/task-substitutions.ts';
import { prepareBody } from './prepare-task.ts';
import type { TaskRequest } from './task-request.ts';
import { asClaim } from './task-workspaces.ts';

/**
 * A TaskRun without a pipeline, checked (prepare, pkg/reconciler/taskrun/taskrun.go).
 *
 * @throws {InvalidRunError} `TaskRunValidationFailed` and the like
 * @throws {UnsupportedError} for what needs a cluster
 */
export async function prepareTaskRun(run: NamedTaskRun, context: ResolveContext): Promise<TaskRequest> {
  const { taskRef, taskSpec, params = [], workspaces = [], timeout, retries = 0 } = run.spec ?? {};
  if (taskRef && taskSpec) {
    throw new InvalidRunError('expected exactly one, got both: spec.taskRef, spec.taskSpec', {
      path: 'spec',
    });
  }
  const body = await prepareBody({ taskRef, taskSpec }, 'spec', context, params).catch((error: unknown) => {
    throw unresolved(error);
  });
  // A Task within a TaskRun has its name.
  refuseFirst(taskStartProblems(run, body.spec, body.taskName || run.metadata.name));
  const replacements = taskReplacements(body.spec, params);
  return {
    metadata: {
      ...run.metadata,
      labels: {
        ...body.metadata.labels,
        ...run.metadata.labels,
        ...(body.taskName !== '' && { 'tekton.dev/task': body.taskName }),
        'app.kubernetes.io/managed-by': 'tekton-pipelines',
      },
    },
    task: run.metadata.name,
    taskRef,
    taskName: body.taskName,
    spec: body.spec,
    stepActions: body.stepActions,
    sources: body.sources,
    params,
    bindings: workspaces.map((binding) =>
      substituteBinding(asClaim(binding, run.metadata.name), replacements),
    ),
    podTemplate: run.spec?.podTemplate,
    resources: run.spec ?? {},
    serviceAccountName: run.spec?.serviceAccountName || 'default',
    retries,
    timeout: timeout === undefined ? DEFAULT_TIMEOUT : parseDuration(timeout, 'spec.timeout'),
    isFailureIgnored: false,
    debug: run.spec?.debug,
    ...(run.spec?.status === 'TaskRunCancelled' && { cancelled: run.spec.statusMessage ?? '' }),
  };
}

/** What a PipelineRun would end with has another name for a TaskRun. */
function unresolved(error: unknown): unknown {
  if (!(error instanceof InvalidRunError) || error.reason !== 'CouldntGetTask') return error;
  const { message, hint } = error;
  return new InvalidRunError(message, {
    reason: 'TaskRunResolutionFailed',
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}
