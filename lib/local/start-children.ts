import { randomUUID } from 'node:crypto';
import { isList, type PipelineTask } from './api.ts';
import { InvalidRunError } from './errors.ts';
import type { LiveRun } from './live-run.ts';
import { artifactsOf, contextReplacements, type LiveChild, resultsOf } from './live-task.ts';
import { fanOut, isMatrixed } from './matrix.ts';
import { runNames } from './names.ts';
import { resultReplacements } from './pipeline-results.ts';
import { runTask } from './run-task.ts';
import { mergeReplacements, noReplacements } from './substitute.ts';
import { substitutePipelineTask } from './substitute-pipeline.ts';
import { substituteTask } from './substitute-task.ts';
import { childMetadata } from './task-metadata.ts';
import type { TaskRequest } from './task-request.ts';
import { taskBindings } from './task-workspaces.ts';

/**
 * Starts the TaskRun of a pipeline task, or all of its matrix; gives a promise for the end of each.
 *
 * @throws {InvalidRunError} for a matrix that is none, now that results are known
 */
export function startChildren(live: LiveRun, name: string, task: PipelineTask): readonly Promise<void>[] {
  const target = live.tasks.find(({ prepared }) => prepared.name === name);
  if (!target) return [];
  const { results } = resultsOf(live.tasks);
  const filled = substitutePipelineTask(task, contextReplacements(task, live.tasks, results));
  checkMatrix(filled);
  const { body, podTemplate, serviceAccountName, timeout } = target.prepared;
  const combinations = isMatrixed(filled.matrix) ? fanOut(filled.matrix, name) : [[]];
  // What earlier tasks gave reaches the body of an embedded task (PropagateResults, PropagateArtifacts).
  const propagated = filled.taskSpec
    ? mergeReplacements(
        ...Array.from(results, ([from, list]) => resultReplacements(from, list)),
        artifactsOf(live.tasks),
      )
    : noReplacements;
  return runNames(live.prepared.run.metadata.name, name, combinations.length).map((taskRun, index) => {
    const child: LiveChild = {
      name: taskRun,
      controller: new AbortController(),
      isTimedOut: false,
      finished: undefined,
      results: [],
      artifacts: undefined,
    };
    target.children.push(child);
    return follow(live, child, {
      metadata: childMetadata(live.prepared, target.prepared, taskRun, randomUUID()),
      task: name,
      taskRef: filled.taskRef,
      taskName: body.taskName,
      spec: substituteTask(body.spec, propagated),
      stepActions: body.stepActions,
      params: [...(combinations[index] ?? []), ...(filled.params ?? [])],
      bindings: taskBindings(live.prepared, target.prepared, filled),
      podTemplate,
      serviceAccountName,
      retries: filled.retries ?? 0,
      timeout,
      isFailureIgnored: filled.onError === 'continue',
    });
  });
}

async function follow({ engine }: LiveRun, child: LiveChild, request: TaskRequest): Promise<void> {
  const finished = await runTask(request, engine, child.controller.signal);
  const { results = [], artifacts } = finished.taskRun.status ?? {};
  child.results = results;
  child.artifacts = artifacts;
  child.finished = finished;
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
