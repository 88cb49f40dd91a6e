import type { Pipeline, PipelineRun, PipelineSpec, PipelineTask, PipelineTaskRunSpec } from './api.ts';
import { checkReferences, checkRun } from './check-pipeline.ts';
import { parseDuration } from './duration.ts';
import { InvalidRunError, UnsupportedError } from './errors.ts';
import { buildGraph } from './graph.ts';
import { declaredType, pipelineReplacements } from './params.ts';
import { checkTaskParams, prepareBody } from './prepare-task.ts';
import type { NamedMeta, PreparedPipeline, PreparedTask } from './prepared.ts';
import { type ResolveContext, resolvePipeline } from './resolve.ts';
import { stringReplacements } from './substitute.ts';
import { substituteBinding, substitutePipeline } from './substitute-pipeline.ts';

/** default-timeout-minutes of Tekton's config-defaults, in milliseconds. */
export const DEFAULT_TIMEOUT = 60 * 60_000;

/**
 * Everything that can be refused is refused here, in the order in which the controller does
 * (reconcile, pkg/reconciler/pipelinerun/pipelinerun.go).
 *
 * @throws {InvalidRunError} with the reason that the PipelineRun would end with
 * @throws {UnsupportedError} for what needs a cluster
 */
export async function preparePipeline(
  run: PipelineRun & { readonly metadata: NamedMeta },
  context: ResolveContext,
): Promise<PreparedPipeline> {
  const { name: pipelineName, spec: declared } = await findPipeline(run, context);
  const graph = buildGraph(declared.tasks ?? []);
  buildGraph((declared.finally ?? []).map(({ name }) => ({ name })));
  checkRun(run, pipelineName, declared);
  const params = run.spec?.params ?? [];
  const replacements = pipelineReplacements(declared.params ?? [], params);
  const spec = withContexts(substitutePipeline(declared, replacements), pipelineName, run);
  const bindings = (run.spec?.workspaces ?? []).map((binding) => substituteBinding(binding, replacements));
  const tasks = await Promise.all([
    ...(spec.tasks ?? []).map((task, index) => prepare(task, false, `spec.tasks[${index}]`, run, context)),
    ...(spec.finally ?? []).map((task, index) => prepare(task, true, `spec.finally[${index}]`, run, context)),
  ]);
  const prepared = { run, pipelineName, spec, tasks, graph, bindings, timeouts: timeoutsOf(run) };
  checkReferences(prepared);
  return prepared;
}

async function findPipeline(
  run: PipelineRun & { readonly metadata: NamedMeta },
  context: ResolveContext,
): Promise<{ readonly name: string; readonly spec: PipelineSpec }> {
  const { pipelineRef, pipelineSpec } = run.spec ?? {};
  if (pipelineSpec && pipelineRef) {
    throw new InvalidRunError('expected exactly one, got both: spec.pipelineRef, spec.pipelineSpec', {
      path: 'spec',
    });
  }
  if (pipelineSpec) return { name: run.metadata.name, spec: withTypes(pipelineSpec) };
  if (!pipelineRef) {
    throw new InvalidRunError('expected exactly one, got neither: spec.pipelineRef, spec.pipelineSpec', {
      path: 'spec',
    });
  }
  const pipeline: Pipeline = await resolvePipeline(pipelineRef, 'spec.pipelineRef', context);
  return { name: pipeline.metadata?.name ?? '', spec: withTypes(pipeline.spec ?? {}) };
}

function withTypes(spec: PipelineSpec): PipelineSpec {
  if (!spec.params) return spec;
  return { ...spec, params: spec.params.map((param) => ({ ...param, type: declaredType(param) })) };
}

function withContexts(spec: PipelineSpec, pipelineName: string, run: PreparedPipeline['run']): PipelineSpec {
  const contexts = stringReplacements({
    'context.pipelineRun.name': run.metadata.name,
    'context.pipeline.name': pipelineName,
    'context.pipelineRun.namespace': run.metadata.namespace,
    'context.pipelineRun.uid': run.metadata.uid,
  });
  const bound = new Set((run.spec?.workspaces ?? []).map(({ name }) => name));
  const names = [...new Set([...(spec.workspaces ?? []).map(({ name }) => name), ...bound])];
  const workspaces = stringReplacements(
    names.map((name) => [`workspaces.${name}.bound`, String(bound.has(name))]),
  );
  return substitutePipeline(substitutePipeline(spec, contexts), workspaces);
}

async function prepare(
  task: PipelineTask,
  isFinally: boolean,
  path: string,
  run: PreparedPipeline['run'],
  context: ResolveContext,
): Promise<PreparedTask> {
  if (task.pipelineRef || task.pipelineSpec) {
    throw new UnsupportedError(`${path}: pipelines in pipelines are not run here yet`);
  }
  const body = await prepareBody(task, path, context);
  checkTaskParams(task, body, path);
  const own = taskRunSpec(run, task.name ?? '');
  const template = run.spec?.taskRunTemplate;
  const podTemplate = own?.podTemplate ?? template?.podTemplate;
  return {
    name: task.name ?? '',
    isFinally,
    task,
    body,
    podTemplate: podTemplate && { ...template?.podTemplate, ...podTemplate },
    serviceAccountName: own?.serviceAccountName || template?.serviceAccountName || 'default',
    metadata: { ...own?.metadata },
    timeout: taskTimeout(task, isFinally, path, run, own),
  };
}

function taskRunSpec(run: PipelineRun, task: string): PipelineTaskRunSpec | undefined {
  return run.spec?.taskRunSpecs?.find(({ pipelineTaskName }) => pipelineTaskName === task);
}

/** Of taskRunSpecs, else of the task, else the PipelineRun's where that is longer than the default, or none. */
function taskTimeout(
  task: PipelineTask,
  isFinally: boolean,
  path: string,
  run: PipelineRun,
  own: PipelineTaskRunSpec | undefined,
): number {
  if (own?.timeout !== undefined) return parseDuration(own.timeout, 'spec.taskRunSpecs.timeout');
  if (task.timeout !== undefined) return parseDuration(task.timeout, `${path}.timeout`);
  const timeouts = timeoutsOf(run);
  const outer = isFinally ? timeouts.finally : timeouts.tasks;
  return outer !== undefined && (outer === 0 || outer > DEFAULT_TIMEOUT) ? outer : DEFAULT_TIMEOUT;
}

/** What is not given follows from the other two (PipelineRun.TasksTimeout, pipelinerun_types.go). */
function timeoutsOf(run: PipelineRun): PreparedPipeline['timeouts'] {
  const read = (field: 'pipeline' | 'tasks' | 'finally') => {
    const text = run.spec?.timeouts?.[field];
    return text === undefined ? undefined : parseDuration(text, `spec.timeouts.${field}`);
  };
  const given = { pipeline: read('pipeline'), tasks: read('tasks'), finally: read('finally') };
  const rest = (other: number | undefined) => (given.pipeline && other ? given.pipeline - other : undefined);
  return {
    pipeline: given.pipeline ?? DEFAULT_TIMEOUT,
    tasks: given.tasks ?? rest(given.finally),
    finally: given.finally ?? rest(given.tasks),
  };
}
