import { textsIn } from './check-pipeline.ts';
import type { NamedTaskRun } from './choose-run.ts';
import { overrideProblem } from './compute-resources.ts';
import { parseDuration } from './duration.ts';
import { InvalidRunError } from './errors.ts';
import { enumProblem, indexProblem } from './params.ts';
import { DEFAULT_TIMEOUT } from './prepare-pipeline.ts';
import { checkTaskParams, prepareBody } from './prepare-task.ts';
import type { ResolveContext } from './resolve.ts';
import { substituteBinding } from './substitute-pipeline.ts';
import type { TaskRequest } from './task-request.ts';
import { taskReplacements } from './task-substitutions.ts';
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
  const body = await prepareBody({ taskRef, taskSpec }, 'spec', context).catch((error: unknown) => {
    throw withReason(error, 'TaskRunResolutionFailed', 'CouldntGetTask');
  });
  try {
    // A Task within a TaskRun has its name.
    checkTaskParams({ params }, { ...body, taskName: body.taskName || run.metadata.name }, 'spec');
  } catch (error) {
    throw withReason(error, 'TaskRunValidationFailed');
  }
  const value = enumProblem(body.spec.params ?? [], params);
  if (value !== undefined)
    throw new InvalidRunError(value, { path: 'spec.params', reason: 'InvalidParamValue' });
  const index = indexProblem(body.spec.params ?? [], params, textsIn(body.spec));
  if (index !== undefined) throw invalid(index, 'spec.params');
  const bound = new Set(workspaces.map(({ name }) => name));
  for (const { name, optional } of body.spec.workspaces ?? []) {
    if (!optional && !bound.has(name))
      throw invalid(`declared workspace "${name}" is required but has not been bound`, 'spec.workspaces');
  }
  if (body.taskName !== '') {
    const declared = new Set((body.spec.workspaces ?? []).map(({ name }) => name));
    const extra = workspaces.find(({ name }) => !declared.has(name));
    if (extra)
      throw invalid(
        `workspace binding "${extra.name}" does not match any declared workspace`,
        'spec.workspaces',
      );
  }
  const override = overrideProblem(body.spec, run.spec ?? {});
  if (override !== undefined) throw invalid(override, 'spec');
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
function withReason(error: unknown, reason: string, instead?: string): unknown {
  if (!(error instanceof InvalidRunError) || (instead !== undefined && error.reason !== instead))
    return error;
  const { message, hint } = error;
  return new InvalidRunError(message, { reason, cause: error, ...(hint !== undefined && { hint }) });
}

function invalid(message: string, path: string): InvalidRunError {
  return new InvalidRunError(message, { path, reason: 'TaskRunValidationFailed' });
}
