import {
  combinationCount,
  DEFAULT_TIMEOUT,
  isMatrixed,
  namesOf,
  parseDuration,
  stringsIn,
} from '../language/index.ts';
import type { PipelineSpec, PipelineTask } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';
import type { Placed } from '../objects/walk.ts';
import { undeclaredInDefaults } from '../rules/defaults.ts';
import { type KnownObjects, taskSpecOf } from '../rules/known.ts';
import { unknownMatrixParams } from '../rules/matrix.ts';
import { contextProblemsOf } from '../rules/pipeline-variables.ts';
import { extraParamProblems } from '../rules/task-links.ts';
import { type Finding, findIf, finding } from './finding.ts';

export function pipelineFindings(
  { value: spec, path }: Placed<PipelineSpec>,
  known: KnownObjects,
): readonly Finding[] {
  const lists = [
    { tasks: spec.tasks ?? [], at: `${path}.tasks` },
    { tasks: spec.finally ?? [], at: `${path}.finally` },
  ];
  return [
    ...undeclaredInDefaults(spec.params ?? [], `${path}.params`).map((problem) => ({
      ...problem,
      rule: 'default-undeclared',
    })),
    ...matrixOrderFindings(spec, path),
    ...lists.flatMap(({ tasks, at }) =>
      tasks.flatMap((task, index) => [
        ...taskFindings(task, `${at}[${index}]`, known),
        ...unknownMatrixParams(task, namesOf(spec.params ?? []), `${at}[${index}]`).map(unknownVariable),
        // The webhook refuses it in the last task, so that lint need not.
        ...(index === tasks.length - 1 ? [] : contextProblemsOf(task, `${at}[${index}]`)).map(
          unknownVariable,
        ),
      ]),
    ),
    ...bracketFindings(spec.results, `${path}.results`),
  ];
}

function unknownVariable(problem: Problem): Finding {
  return { ...problem, rule: 'unknown-variable' };
}

function taskFindings(task: PipelineTask, path: string, known: KnownObjects): readonly Finding[] {
  const { taskRef, timeout, taskSpec: _, pipelineSpec: __, ...rest } = task;
  const spec = taskRef ? taskSpecOf(task, known) : undefined;
  return [
    ...bracketFindings(rest, path),
    ...findIf(
      (taskRef?.apiVersion ?? '').startsWith('tekton.dev/'),
      'taskref-apiversion',
      `${path}.taskRef.apiVersion`,
      'with an apiVersion Tekton takes this for a custom task (tektoncd/pipeline#6457)',
    ),
    ...findIf(
      (parseDuration(timeout ?? '0') ?? 0) > DEFAULT_TIMEOUT,
      'latest-timeout',
      `${path}.timeout`,
      `${timeout} is longer than the hour that a PipelineRun has unless it says otherwise`,
    ),
    ...(spec ? extraParamProblems(task, spec, path) : []).map((problem) => ({
      ...problem,
      rule: 'extra-param',
    })),
  ];
}

function bracketFindings(value: unknown, path: string): readonly Finding[] {
  const pattern = /\$\((?:tasks|finally)\.[^.)]+\.results\[(?:"|')[^)]*\)/g;
  return stringsIn(value).flatMap((text) =>
    Array.from(text.matchAll(pattern), ([match]) =>
      finding(
        'result-bracket-ref',
        path,
        `${match} makes no task wait for another, and is never replaced: write a dot`,
      ),
    ),
  );
}

/** The results of a matrix come in the order of the names of its TaskRuns, where 10 is before 2. */
function matrixOrderFindings(spec: PipelineSpec, path: string): readonly Finding[] {
  const tasks = spec.tasks ?? [];
  const texts = stringsIn([spec.tasks, spec.finally, spec.results]);
  return tasks.flatMap((task, index) => {
    const { name = '', matrix = {} } = task;
    const isConsumed = texts.some(
      (text) => text.includes(`$(tasks.${name}.results.`) && text.includes('[*]'),
    );
    return findIf(
      isMatrixed(task) && combinationCount(matrix) > 10 && isConsumed,
      'matrix-order',
      `${path}.tasks[${index}].matrix`,
      `the results of ${combinationCount(matrix)} runs are in the order of their names: 0, 1, 10, 2`,
    );
  });
}
