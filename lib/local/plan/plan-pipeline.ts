import { isMatrixed } from '#lib/tekton/objects';
import type { PipelineTask } from '../model/api.ts';
import { runNames } from '../model/names.ts';
import { contextReplacements, type LiveTask, resultsOf } from '../pipelinerun/live-task.ts';
import { resultReplacements } from '../pipelinerun/pipeline-results.ts';
import type { Reuse } from '../pipelinerun/reuse.ts';
import type { ImageMap } from '../pod/image-map.ts';
import { childPipelineRun, taskRequest } from '../prepare/child-request.ts';
import { preparePipeline } from '../prepare/prepare-pipeline.ts';
import type { PreparedPipeline, PreparedTask } from '../prepare/prepared.ts';
import type { ResolveContext } from '../resolvers/resolve.ts';
import type { EarlierRun } from '../resume/find-earlier.ts';
import { fanOut } from '../variables/matrix.ts';
import { mergeReplacements, type Replacements } from '../variables/substitute.ts';
import { substitutePipelineTask } from '../variables/substitute-pipeline.ts';
import { openReferences } from './open-references.ts';
import { planOrder } from './plan-order.ts';
import { planTaskRun } from './plan-task-run.ts';
import type { RunPlan, TaskPlan } from './run-plan.ts';

interface Context extends ResolveContext {
  readonly imageMap: ImageMap;
}

/** What a prepared pipeline would do. */
export async function planPipeline(
  prepared: PreparedPipeline,
  context: Context,
  reuse: Reuse = new Map(),
  earlier?: EarlierRun,
): Promise<RunPlan> {
  const live = prepared.tasks.flatMap((task): readonly LiveTask[] => {
    const reused = reuse.get(task.name);
    return reused ? [{ prepared: task, children: [...reused.children] }] : [];
  });
  const { results } = resultsOf(live);
  const known = mergeReplacements(...Array.from(results, ([task, list]) => resultReplacements(task, list)));
  const tasks = prepared.tasks.map((task) => ({
    prepared: task,
    name: task.name,
    isFinally: task.isFinally,
    task: substitutePipelineTask(
      task.task,
      mergeReplacements(known, contextReplacements(task.task, live, results)),
    ),
  }));
  const { started, skipped } = planOrder(prepared, reuse, tasks);
  const rank = new Map([...reuse.keys(), ...started].map((name, index) => [name, index]));
  const ordered = tasks.toSorted((a, b) => (rank.get(a.name) ?? rank.size) - (rank.get(b.name) ?? rank.size));
  const { params = [] } = prepared.run.spec ?? {};
  return {
    run: prepared.run.metadata.name,
    kind: 'PipelineRun',
    pipeline: prepared.pipelineName,
    ...(earlier && { earlier: earlier.summary.name }),
    ...(params.length > 0 && { params }),
    tasks: await Promise.all(
      ordered.map(async ({ name, task, prepared: one }): Promise<TaskPlan> => {
        const after = prepared.graph.get(name) ?? [];
        const head = { name, ...(one.isFinally && { finally: true as const }) };
        const reused = reuse.get(name);
        if (reused) return { ...head, state: 'reused', reason: reused.why };
        const reason = skipped.get(name);
        const common = { ...(after.length > 0 && { after }), ...(task.when && { when: task.when }) };
        if (reason !== undefined)
          return {
            ...head,
            state: 'skipped',
            reason,
            ...(one.unseen !== undefined && { unseen: one.unseen }),
            ...common,
          };
        const state = openReferences(task.when).length > 0 ? 'undecided' : 'runs';
        const inner = one.isPipeline
          ? { plan: await planNested(prepared, one, task, context) }
          : { taskRuns: planTaskRuns(prepared, one, task, known, context) };
        const open = openReferences([task.when, inner]);
        return { ...head, state, ...common, ...(open.length > 0 && { open }), ...inner };
      }),
    ),
  };
}

function planTaskRuns(
  pipeline: PreparedPipeline,
  prepared: PreparedTask,
  task: PipelineTask,
  propagated: Replacements,
  { imageMap }: Context,
) {
  const { matrix } = task;
  const isKnown = isMatrixed(task) && openReferences(task.matrix).length === 0;
  // As it is written where its runs cannot be counted yet: the matrix' params like any other.
  const written = isKnown
    ? []
    : [...(matrix?.params ?? []), ...(matrix?.include ?? []).flatMap((one) => one.params ?? [])];
  const combinations = isKnown ? fanOut(task.matrix, prepared.name) : [written];
  return runNames(pipeline.run.metadata.name, prepared.name, combinations.length).map((run, index) =>
    planTaskRun(
      taskRequest(pipeline, prepared, task, { run, propagated, params: combinations[index] ?? [] }),
      imageMap,
    ),
  );
}

/** What is not known yet could be of the wrong type: its tasks are planned where nothing is open. */
async function planNested(
  pipeline: PreparedPipeline,
  prepared: PreparedTask,
  task: PipelineTask,
  context: Context,
): Promise<RunPlan> {
  const [name = ''] = runNames(pipeline.run.metadata.name, prepared.name, 1);
  const run = childPipelineRun(pipeline, prepared, task, name);
  const { params = [], pipelineRef } = run.spec ?? {};
  if (openReferences(params).length === 0) return planPipeline(await preparePipeline(run, context), context);
  return { run: name, kind: 'PipelineRun', pipeline: pipelineRef?.name ?? name, params, tasks: [] };
}
