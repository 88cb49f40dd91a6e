import {
  allParams,
  expressionsOf,
  expressionsOfWhen,
  looksLikeResult,
  matrixParams,
  type PlacedParam,
  resultRefs,
  resultsIn,
  textsOf,
} from '../language/index.ts';
import type { PipelineTask } from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { unknownVariable } from './variables.ts';

/** Expressions of a param or of a `when`, and the path of it. */
interface Group {
  readonly path: string;
  readonly expressions: readonly string[];
}

function paramAndWhenGroups({ params, when = [] }: PipelineTask, path: string): readonly Group[] {
  return [
    ...allParams({ params }, path).map(groupOf),
    ...when.map((expression, index) => ({
      path: `${path}.when[${index}]`,
      expressions: expressionsOfWhen(expression),
    })),
  ];
}

function groupOf({ path, value }: PlacedParam): Group {
  return { path, expressions: expressionsOf(value) };
}

const roots = ['params', 'tasks', 'finally', 'context', 'workspaces', 'results'];

/** validateVarSubstitutionExpressions (pkg/apis/pipeline/v1/pipeline_validation.go, since v1.14). */
export function rootProblems(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  return tasks.flatMap((task, index) => {
    const at = `${path}[${index}]`;
    return [...paramAndWhenGroups(task, at), ...matrixParams(task, at).map(groupOf)].flatMap((group) =>
      group.expressions
        // A variable in brackets has no expression of this form, and an index is no part of the root.
        .filter((expression) => !roots.includes(expression.split('.')[0] ?? ''))
        .map((expression) => ({
          path: group.path,
          message: `invalid value: invalid variable reference "$(${expression})", must start with a valid prefix: params, tasks, finally, context, workspaces, or results; if you meant a shell variable, use \${VAR} instead`,
        })),
    );
  });
}

const contexts: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['context.pipelineRun', new Set(['name', 'namespace', 'uid'])],
  ['context.pipeline', new Set(['name'])],
  ['context.pipelineTask', new Set(['retries'])],
];

/** validatePipelineContextVariables: which looks at the last task only (the others: lint `unknown-variable`). */
export function contextProblems(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  const last = tasks.at(-1);
  return last ? contextProblemsOf(last, `${path}[${tasks.length - 1}]`) : [];
}

export function contextProblemsOf(task: PipelineTask, path: string): readonly Problem[] {
  return allParams(task, path).flatMap((param) =>
    textsOf(param.value).flatMap((text) =>
      contexts.flatMap(([prefix, known]) => {
        const message = unknownVariable(text, prefix, known);
        return problemOf(param.path, message);
      }),
    ),
  );
}

/** validateExecutionStatusVariables: only finally may ask how a task ended. */
export function statusProblems(
  tasks: readonly PipelineTask[],
  finallyTasks: readonly PipelineTask[],
  path: string,
): readonly Problem[] {
  const names = new Set(tasks.map(({ name = '' }) => name));
  return [
    ...tasks.flatMap((task, index) =>
      statusGroups(task, `${path}.tasks[${index}]`)
        .filter(({ expressions }) => expressions.some(isStatus))
        .map((group) => ({
          path: group.path,
          message:
            'invalid value: pipeline tasks can not refer to execution status of any other pipeline task or aggregate status of tasks',
        })),
    ),
    ...finallyTasks.flatMap((task, index) =>
      statusGroups(task, `${path}.finally[${index}]`).flatMap((group) =>
        group.expressions
          .filter((expression) => isStatus(expression) && expression !== 'tasks.status')
          .map((expression) => expression.replace(/^tasks\./, '').replace(/\.(?:status|reason)$/, ''))
          .filter((name) => !names.has(name))
          .map((name) => ({
            path: group.path,
            message: `invalid value: pipeline task ${name} is not defined in the pipeline`,
          })),
      ),
    ),
  ];
}

/** Beside a reference to a result, Tekton does not look for a status. */
function statusGroups(task: PipelineTask, path: string): readonly Group[] {
  return paramAndWhenGroups(task, path).filter(
    ({ expressions }) => !expressions.some((expression) => looksLikeResult(expression)),
  );
}

function isStatus(expression: string): boolean {
  return expression.startsWith('tasks.') && /\.(?:status|reason)$/.test(expression);
}

/** validateFinalTasks. */
export function finallyProblems(
  tasks: readonly PipelineTask[],
  finallyTasks: readonly PipelineTask[],
  path: string,
): readonly Problem[] {
  const taskNames = new Set(tasks.map(({ name = '' }) => name));
  const finalNames = new Set(finallyTasks.map(({ name = '' }) => name));
  const empty = `invalid value: spec.tasks is empty but spec.finally has ${finallyTasks.length} tasks`;
  return [
    ...problemIf(finallyTasks.length > 0 && tasks.length === 0, `${path}.finally`, empty),
    ...finallyTasks.flatMap((task, index) => {
      const at = `${path}.finally[${index}]`;
      const runAfter = `invalid value: no runAfter allowed under spec.finally, final task ${task.name} has runAfter specified`;
      return [
        ...problemIf((task.runAfter ?? []).length > 0, `${at}.runAfter`, runAfter),
        ...paramAndWhenGroups(task, at).flatMap((group) => finalResultProblems(group, taskNames, finalNames)),
      ];
    }),
  ];
}

function finalResultProblems(
  { path, expressions }: Group,
  taskNames: ReadonlySet<string>,
  finalNames: ReadonlySet<string>,
): readonly Problem[] {
  return resultsIn(expressions).flatMap(({ pipelineTask }) => {
    const say = (what: string) => [
      { path, message: `invalid value: invalid task result reference, ${what}` },
    ];
    if (finalNames.has(pipelineTask)) {
      return say(`final task has task result reference from a final task ${pipelineTask}`);
    }
    if (taskNames.has(pipelineTask)) return [];
    return say(
      `final task has task result reference from a task ${pipelineTask} which is not defined in the pipeline`,
    );
  });
}

/** validatePipelineRefResultReferencesDisallowed: a child pipeline hands nothing back yet. */
export function childResultProblems(
  tasks: readonly PipelineTask[],
  finallyTasks: readonly PipelineTask[],
  path: string,
): readonly Problem[] {
  const children = new Set(
    tasks.filter(({ pipelineRef, pipelineSpec }) => pipelineRef ?? pipelineSpec).map(({ name = '' }) => name),
  );
  const find = (list: readonly PipelineTask[], field: string) =>
    list.flatMap((task, index) =>
      [...new Set(resultRefs(task).map(({ pipelineTask }) => pipelineTask))]
        .filter((name) => children.has(name))
        .map((name) => ({
          path: `${path}.${field}[${index}]`,
          message: `invalid value: result reference to pipelineTask ${JSON.stringify(name)} is not supported: referenced task uses pipelineRef or pipelineSpec and result propagation from child Pipelines is not yet implemented`,
        })),
    );
  return [...find(tasks, 'tasks'), ...find(finallyTasks, 'finally')];
}
