import { parseDuration } from '../language/index.ts';
import type { PipelineSpec, PipelineTask } from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { isDnsLabel } from './names.ts';
import { refProblems } from './references.ts';
import type { RuleOptions } from './rule-options.ts';
import { taskSpecProblems } from './task.ts';

export interface PipelineTaskOptions extends RuleOptions {
  /** The rules of a pipeline inside a pipeline. */
  readonly nested: (spec: PipelineSpec, path: string) => readonly Problem[];
}

/** PipelineTaskList.Validate (pkg/apis/pipeline/v1/pipeline_validation.go); `names` are those already taken. */
export function pipelineTaskProblems(
  tasks: readonly PipelineTask[],
  path: string,
  names: Set<string>,
  options: PipelineTaskOptions,
): readonly Problem[] {
  return tasks.flatMap((task, index) => {
    const { name = '' } = task;
    const at = `${path}[${index}]`;
    const isRepeated = names.has(name);
    names.add(name);
    return [
      ...problemIf(
        !isDnsLabel(name),
        `${at}.name`,
        `invalid value ${JSON.stringify(name)}: Pipeline Task name must be a valid DNS Label`,
      ),
      ...problemIf(
        isRepeated,
        `${at}.name`,
        `expected exactly one, got both: the name ${JSON.stringify(name)} is used twice among tasks and finally`,
      ),
      ...oneTaskProblems(task, at, options),
    ];
  });
}

const kinds = ['taskRef', 'taskSpec', 'pipelineRef', 'pipelineSpec'] as const;

function oneTaskProblems(task: PipelineTask, path: string, options: PipelineTaskOptions): readonly Problem[] {
  const given = kinds.filter((kind) => task[kind] !== undefined);
  return [
    ...problemIf(given.length === 0, path, 'expected exactly one, got neither: taskRef, taskSpec'),
    ...problemIf(given.length > 1, path, `expected exactly one, got multiple: ${given.join(', ')}`),
    ...embeddedProblems(task, path),
    ...onErrorProblems(task, path),
    ...limitProblems(task, path),
    ...(isCustomTask(task) ? customTaskProblems(task, path) : bodyProblems(task, path, options)),
  ];
}

/** validateEmbeddedOrType. */
function embeddedProblems({ taskSpec }: PipelineTask, path: string): readonly Problem[] {
  if ((taskSpec?.steps ?? []).length === 0) return [];
  return (['apiVersion', 'kind'] as const)
    .filter((field) => (taskSpec?.[field] ?? '') !== '')
    .map((field) => ({
      path: `${path}.taskSpec.${field}`,
      message: `taskSpec.${field} cannot be specified when using taskSpec.steps`,
    }));
}

/** ValidateOnError. */
function onErrorProblems({ onError = '', retries = 0 }: PipelineTask, path: string): readonly Problem[] {
  if (onError === '' || onError.startsWith('$(params')) return [];
  const at = `${path}.onError`;
  if (onError !== 'continue' && onError !== 'stopAndFail') {
    const message = `invalid value: ${onError}: PipelineTask OnError must be either "continue" or "stopAndFail"`;
    return [{ path: at, message }];
  }
  if (onError === 'stopAndFail' || retries <= 0) return [];
  const message = 'PipelineTask OnError cannot be set to "continue" when Retries is greater than 0';
  return [{ path: at, message }];
}

/** What TaskRunSpec.Validate (taskrun_validation.go) will say of the TaskRun that this task becomes. */
function limitProblems({ retries = 0, timeout = '0' }: PipelineTask, path: string): readonly Problem[] {
  return [
    ...problemIf(retries < 0, `${path}.retries`, `invalid value: ${retries} should be >= 0`),
    ...problemIf(
      (parseDuration(timeout) ?? 0) < 0,
      `${path}.timeout`,
      `invalid value: ${timeout} should be >= 0`,
    ),
  ];
}

/** With an apiVersion, or a kind that is no Task, Tekton makes a CustomRun (tektoncd/pipeline#6457). */
export function isCustomTask({ taskRef, taskSpec }: PipelineTask): boolean {
  return [taskRef, taskSpec].some(
    (task) =>
      task !== undefined && ((task.apiVersion ?? '') !== '' || !['', 'Task'].includes(task.kind ?? '')),
  );
}

/** validateCustomTask. */
function customTaskProblems({ taskRef, taskSpec }: PipelineTask, path: string): readonly Problem[] {
  const tasks = [
    ['taskRef', 'ref', taskRef],
    ['taskSpec', 'spec', taskSpec],
  ] as const;
  return tasks.flatMap(([field, word, task]) => {
    if (!task) return [];
    // The defaulting webhook fills in the kind of a reference by name.
    const isKindKnown = (task.kind ?? '') !== '' || (field === 'taskRef' && (taskRef?.resolver ?? '') === '');
    const { apiVersion = '' } = task;
    const [group = '', version = '', ...rest] = apiVersion.split('/');
    const isVersion = group !== '' && version !== '' && rest.length === 0;
    const versionMessage =
      apiVersion === ''
        ? `custom task ${word} must specify apiVersion`
        : `invalid apiVersion format ${JSON.stringify(apiVersion)}, must be in the format "group/version"`;
    return [
      ...problemIf(
        !isKindKnown,
        `${path}.${field}.kind`,
        `invalid value: custom task ${word} must specify kind`,
      ),
      ...problemIf(!isVersion, `${path}.${field}.apiVersion`, `invalid value: ${versionMessage}`),
    ];
  });
}

/** validateTask. */
function bodyProblems(task: PipelineTask, path: string, options: PipelineTaskOptions): readonly Problem[] {
  const { taskRef, taskSpec, pipelineRef, pipelineSpec } = task;
  return [
    ...(taskSpec ? taskSpecProblems(taskSpec, `${path}.taskSpec`, options) : []),
    ...(taskRef ? refProblems(taskRef, `${path}.taskRef`) : []),
    ...(pipelineRef ? refProblems(pipelineRef, `${path}.pipelineRef`) : []),
    ...(pipelineSpec ? options.nested(pipelineSpec, `${path}.pipelineSpec`) : []),
  ];
}
