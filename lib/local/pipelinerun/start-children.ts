import { enumProblems, isMatrixed, placedParams } from '#lib/tekton/objects';
import { isList, type Param, type PipelineTask } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import { runNames } from '../model/names.ts';
import { refuseFirst, withoutPaths } from '../model/refuse.ts';
import { childPipelineRun, taskRequest } from '../prepare/child-request.ts';
import type { TaskRequest } from '../prepare/task-request.ts';
import { runTaskRun } from '../taskrun/run-task-run.ts';
import { fanOut } from '../variables/matrix.ts';
import { mergeReplacements, noReplacements } from '../variables/substitute.ts';
import { substitutePipelineTask } from '../variables/substitute-pipeline.ts';
import type { LiveRun } from './live-run.ts';
import {
  artifactsOf,
  contextReplacements,
  type FinishedChild,
  type LiveChild,
  type LiveTask,
  resultsOf,
} from './live-task.ts';
import { resultReplacements } from './pipeline-results.ts';

/**
 * Starts the TaskRun or PipelineRun of a pipeline task, or all of its matrix; gives a promise for the end of each.
 *
 * @throws {InvalidRunError} for a matrix that is none, now that results are known
 */
export function startChildren(live: LiveRun, name: string, task: PipelineTask): readonly Promise<void>[] {
  const target = live.tasks.find(({ prepared }) => prepared.name === name);
  if (!target) return [];
  const { results } = resultsOf(live.tasks);
  const filled = substitutePipelineTask(task, contextReplacements(task, live.tasks, results));
  checkMatrix(filled);
  const combinations = isMatrixed(filled) ? fanOut(filled.matrix, name) : [[]];
  for (const params of combinations) checkEnum(filled, target, params);
  // Results and artifacts of earlier tasks reach the body of an embedded task (PropagateResults, PropagateArtifacts).
  const propagated = filled.taskSpec
    ? mergeReplacements(
        ...Array.from(results, ([from, list]) => resultReplacements(from, list)),
        artifactsOf(live.tasks),
      )
    : noReplacements;
  return runNames(live.prepared.run.metadata.name, name, combinations.length).map((run, index) => {
    const child: LiveChild = {
      name: run,
      controller: new AbortController(),
      isTimedOut: false,
      finished: undefined,
    };
    target.children.push(child);
    if (target.prepared.isPipeline) {
      return follow(
        child,
        live.runChildPipelineRun(
          childPipelineRun(live.prepared, target.prepared, filled, run),
          name,
          child.controller.signal,
        ),
      );
    }
    const params = combinations[index] ?? [];
    const request = taskRequest(live.prepared, target.prepared, filled, { run, propagated, params });
    return follow(child, runChildTaskRun(live, child, request));
  });
}

async function follow(child: LiveChild, end: Promise<FinishedChild>): Promise<void> {
  child.finished = await end;
}

async function runChildTaskRun(
  { engine }: LiveRun,
  child: LiveChild,
  request: TaskRequest,
): Promise<FinishedChild> {
  const { outcome, taskRun } = await runTaskRun(request, engine, child.controller.signal);
  const { results = [], artifacts } = taskRun.status ?? {};
  return { outcome, results, artifacts, taskRuns: [taskRun], pipelineRuns: [] };
}

/** What a task is given may be a result, which is known only now (createTaskRuns, pipelinerun.go). */
function checkEnum(
  { name, params = [] }: PipelineTask,
  { prepared }: LiveTask,
  more: readonly Param[],
): void {
  const problems = enumProblems(prepared.body.spec.params ?? [], placedParams([...more, ...params], ''));
  refuseFirst(withoutPaths(problems), {
    InvalidParamValue: `[User error] Invalid param value from PipelineTask "${name}": `,
  });
}

/** A matrix of results is known only now (ValidateParameterTypesInMatrix). */
function checkMatrix({ name, matrix }: PipelineTask): void {
  for (const param of matrix?.params ?? []) {
    if (isList(param.value)) continue;
    const type = typeof param.value === 'string' ? 'string' : 'object';
    throw new InvalidRunError(
      `parameters of type array only are allowed, but param "${param.name}" has type "${type}" in pipelineTask "${name}"`,
      { reason: 'InvalidMatrixParameterTypes' },
    );
  }
}
