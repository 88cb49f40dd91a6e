import {
  matrixParams,
  placedParams,
  resolvedTaskProblems,
  resultType,
  sayingsOfTask,
  specType,
} from '#lib/tekton/objects';
import type {
  EmbeddedTask,
  Param,
  PipelineTask,
  RefSource,
  StepAction,
  StepRef,
  TaskRef,
  TaskSpec,
} from '../model/api.ts';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import { refuseFirst } from '../model/refuse.ts';
import { type ResolveContext, resolveStepAction, resolveTask } from '../resolvers/resolve.ts';
import { type Replacements, substituteParams } from '../variables/substitute.ts';
import { taskReplacements } from '../variables/task-substitutions.ts';
import { refuseInTask } from './needs-cluster.ts';
import type { PreparedBody } from './prepared.ts';

/**
 * Finds the Task that is referred to, or takes the embedded one, and every StepAction in it.
 *
 * @throws {InvalidRunError} for what is not there
 * @throws {UnsupportedError} for a custom task
 */
export async function prepareBody(
  {
    taskRef,
    taskSpec,
  }: { readonly taskRef?: TaskRef | undefined; readonly taskSpec?: EmbeddedTask | undefined },
  path: string,
  context: ResolveContext,
  params: readonly Param[] = [],
): Promise<PreparedBody> {
  refuseCustomTask(taskRef ?? taskSpec, path);
  if (taskRef) {
    const { object: task, source } = await resolveTask(taskRef, `${path}.taskRef`, context);
    const spec = withDefaults(task.spec ?? {});
    refuseInTask(spec, `${path}.taskRef: Task ${task.metadata?.name}: spec`);
    const actions = await stepActionsOf(spec, path, context, params);
    return {
      taskName: task.metadata?.name ?? taskRef.name ?? '',
      spec,
      metadata: task.metadata ?? {},
      stepActions: actions.objects,
      sources: { task: source, stepActions: actions.sources },
    };
  }
  if (!taskSpec) {
    throw new InvalidRunError('expected exactly one, got neither: taskRef, taskSpec', { path });
  }
  const { apiVersion: _, kind: __, spec: ___, metadata, ...embedded } = taskSpec;
  const spec = withDefaults(embedded);
  refuseInTask(spec, `${path}.taskSpec`);
  const actions = await stepActionsOf(spec, `${path}.taskSpec`, context, params);
  return {
    taskName: '',
    spec,
    metadata: metadata ?? {},
    stepActions: actions.objects,
    sources: { task: undefined, stepActions: actions.sources },
  };
}

function refuseCustomTask(
  ref: { readonly apiVersion?: string | undefined; readonly kind?: string | undefined } | undefined,
  path: string,
): void {
  if (!ref?.apiVersion || !ref.kind) return;
  throw new UnsupportedError(
    `${path}: a custom task (${ref.apiVersion}, ${ref.kind}) needs a cluster with its controller`,
    {
      ...(ref.apiVersion.startsWith('tekton.dev/') && {
        hint: 'leave out apiVersion: with it, Tekton takes even a Task for a custom task',
      }),
    },
  );
}

/** As the webhook fills in what is not said (TaskSpec.SetDefaults). */
export function withDefaults(spec: TaskSpec): TaskSpec {
  return {
    ...spec,
    ...(spec.params && { params: spec.params.map((param) => ({ ...param, type: specType(param) })) }),
    ...(spec.results && {
      results: spec.results.map((result) => ({ ...result, type: resultType(result) })),
    }),
    ...(spec.steps && {
      steps: spec.steps.map((step) =>
        step.results
          ? { ...step, results: step.results.map((result) => ({ ...result, type: resultType(result) })) }
          : step,
      ),
    }),
  };
}

async function stepActionsOf(
  spec: TaskSpec,
  path: string,
  context: ResolveContext,
  params: readonly Param[],
): Promise<{
  readonly objects: ReadonlyMap<number, StepAction>;
  readonly sources: ReadonlyMap<number, RefSource>;
}> {
  const replacements = taskReplacements(spec, params);
  const steps = (spec.steps ?? []).flatMap(({ ref }, index) =>
    ref ? [{ ref: withParams(ref, replacements), index }] : [],
  );
  const found = await Promise.all(
    steps.map(async ({ ref, index }) => {
      return { index, ...(await resolveStepAction(ref, `${path}.steps[${index}].ref`, context)) };
    }),
  );
  return {
    objects: new Map(found.map(({ index, object }) => [index, object])),
    sources: new Map(found.flatMap(({ index, source }) => (source ? [[index, source] as const] : []))),
  };
}

/** What a resolver is asked for may be a param (ApplyParameterSubstitutionInResolverParams, resources/taskref.go). */
function withParams(ref: StepRef, replacements: Replacements): StepRef {
  return ref.params ? { ...ref, params: substituteParams(ref.params, replacements) } : ref;
}

/**
 * A task's params against what it is given by its pipeline (ValidateResolvedTask).
 *
 * @throws {InvalidRunError}
 */
export function checkTaskParams(task: PipelineTask, { taskName, spec }: PreparedBody, path: string): void {
  const sayings = sayingsOfTask(taskName, 'PipelineValidationFailed');
  const given = placedParams(task.params, path);
  const varied = matrixParams(task, path);
  refuseFirst(resolvedTaskProblems(spec.params ?? [], given, sayings, `${path}.params`, varied));
}
