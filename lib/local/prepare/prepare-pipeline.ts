import { DEFAULT_TIMEOUT, goList, specType } from '#lib/tekton/objects';
import type {
  ObjectMeta,
  PipelineRun,
  PipelineSpec,
  PipelineTask,
  PipelineTaskRunSpec,
  RefSource,
} from '../model/api.ts';
import { parseDuration } from '../model/duration.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { NamedMeta } from '../model/named-meta.ts';
import { isUnreachable } from '../resolvers/is-unreachable.ts';
import { type ResolveContext, resolvePipeline } from '../resolvers/resolve.ts';
import { pipelineReplacements } from '../variables/params.ts';
import { stringReplacements } from '../variables/substitute.ts';
import { substituteBinding, substitutePipeline } from '../variables/substitute-pipeline.ts';
import { allows } from '../variables/when.ts';
import { checkEnums } from './check-enums.ts';
import { checkReferences, checkRun } from './check-pipeline.ts';
import { buildGraph } from './graph.ts';
import { checkTaskParams, prepareBody } from './prepare-task.ts';
import { noSources, type PreparedBody, type PreparedPipeline, type PreparedTask } from './prepared.ts';

/**
 * Everything that can be refused is refused here, in the order in which the controller does
 * (reconcile, pkg/reconciler/pipelinerun/pipelinerun.go).
 *
 * @throws {InvalidRunError} with the reason that the PipelineRun would end with
 * @throws {UnsupportedError} for what needs a cluster
 */
export async function preparePipeline(
  given: PipelineRun & { readonly metadata: NamedMeta },
  context: ResolveContext,
): Promise<PreparedPipeline> {
  const { name: pipelineName, spec: declared, metadata, source } = await findPipeline(given, context);
  const run = { ...given, metadata: withPipeline(given.metadata, pipelineName, metadata) };
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
  checkEnums(declared, tasks);
  const prepared = { run, pipelineName, source, spec, tasks, graph, bindings, timeouts: timeoutsOf(run) };
  checkReferences(prepared);
  return prepared;
}

async function findPipeline(
  run: PipelineRun & { readonly metadata: NamedMeta },
  context: ResolveContext,
): Promise<{
  readonly name: string;
  readonly spec: PipelineSpec;
  readonly metadata: ObjectMeta;
  readonly source?: RefSource | undefined;
}> {
  const { pipelineRef, pipelineSpec } = run.spec ?? {};
  if (pipelineSpec && pipelineRef) {
    throw new InvalidRunError('expected exactly one, got both: spec.pipelineRef, spec.pipelineSpec', {
      path: 'spec',
    });
  }
  if (pipelineSpec) return { name: run.metadata.name, spec: withTypes(pipelineSpec), metadata: {} };
  if (!pipelineRef) {
    throw new InvalidRunError('expected exactly one, got neither: spec.pipelineRef, spec.pipelineSpec', {
      path: 'spec',
    });
  }
  const { object: pipeline, source } = await resolvePipeline(pipelineRef, 'spec.pipelineRef', context);
  const metadata = pipeline.metadata ?? {};
  return { name: metadata.name ?? '', spec: withTypes(pipeline.spec ?? {}), metadata, source };
}

/** Labels and annotations of a Pipeline go over to its runs, and from them to their tasks (storePipelineSpecAndMergeMeta). */
function withPipeline(run: NamedMeta, pipelineName: string, pipeline: ObjectMeta): NamedMeta {
  return {
    ...run,
    labels: { ...pipeline.labels, ...run.labels, 'tekton.dev/pipeline': pipelineName },
    ...(pipeline.annotations && { annotations: { ...pipeline.annotations, ...run.annotations } }),
  };
}

function withTypes(spec: PipelineSpec): PipelineSpec {
  if (!spec.params) return spec;
  return { ...spec, params: spec.params.map((param) => ({ ...param, type: specType(param) })) };
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
  const isPipeline = (task.pipelineRef ?? task.pipelineSpec) !== undefined;
  const { body, unseen } = isPipeline ? { body: emptyBody } : await bodyOf(task, path, context);
  if (isPipeline)
    await checkNested(task, path, context, [run.metadata.labels?.['tekton.dev/pipeline'] ?? '']);
  else if (unseen === undefined) checkTaskParams(task, body, path);
  const own = taskRunSpec(run, task.name ?? '');
  const template = run.spec?.taskRunTemplate;
  const podTemplate = own?.podTemplate ?? template?.podTemplate;
  return {
    name: task.name ?? '',
    isFinally,
    task,
    body,
    unseen,
    isPipeline,
    podTemplate: podTemplate && { ...template?.podTemplate, ...podTemplate },
    resources: own ?? {},
    serviceAccountName: own?.serviceAccountName || template?.serviceAccountName || 'default',
    metadata: { ...own?.metadata },
    timeout: taskTimeout(task, isFinally, path, run, own),
  };
}

/**
 * A Task that never runs is looked at where it can be. Without its registry a laptop can still run the rest, which a
 * cluster would not.
 */
async function bodyOf(
  task: PipelineTask,
  path: string,
  context: ResolveContext,
): Promise<{ readonly body: PreparedBody; readonly unseen?: string }> {
  try {
    return { body: await prepareBody(task, path, context, task.params) };
  } catch (error) {
    if (!(isUnreachable(error) && isSkippedForCertain(task))) throw error;
    return { body: emptyBody, unseen: (error as Error).message };
  }
}

/** By expressions that wait for nothing. */
function isSkippedForCertain({ when = [] }: PipelineTask): boolean {
  return when.some((expression) => !/\$\([^)]*\)/.test(JSON.stringify(expression)) && !allows([expression]));
}

const emptyBody: PreparedBody = {
  taskName: '',
  spec: {},
  metadata: {},
  stepActions: new Map(),
  sources: noSources,
};

/**
 * A pipeline in the place of a task: that it can be found, and everything in it, and that it is not in itself.
 * Its params are checked when it starts: they may be results.
 */
async function checkNested(
  { pipelineRef, pipelineSpec }: PipelineTask,
  path: string,
  context: ResolveContext,
  outer: readonly string[],
): Promise<void> {
  const pipeline = pipelineRef
    ? (await resolvePipeline(pipelineRef, `${path}.pipelineRef`, context)).object
    : undefined;
  const name = pipeline?.metadata?.name ?? '';
  if (name !== '' && outer.includes(name)) {
    throw new InvalidRunError(
      `detected cycle in pipeline-in-pipeline: pipeline "${name}" is already running in ancestor chain ${goList(outer)}`,
      { path, reason: 'CreateRunFailed' },
    );
  }
  const spec = pipeline?.spec ?? pipelineSpec ?? {};
  buildGraph(spec.tasks ?? []);
  for (const [index, task] of [...(spec.tasks ?? []), ...(spec.finally ?? [])].entries()) {
    const inner = `${path}.pipelineSpec.tasks[${index}]`;
    if (task.pipelineRef ?? task.pipelineSpec) await checkNested(task, inner, context, [...outer, name]);
    else await prepareBody(task, inner, context, task.params);
  }
}

function taskRunSpec(run: PipelineRun, task: string): PipelineTaskRunSpec | undefined {
  return run.spec?.taskRunSpecs?.find(({ pipelineTaskName }) => pipelineTaskName === task);
}

/** Timeout that taskRunSpecs says, else the task, else the PipelineRun's where that is longer than the default, or none. */
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
