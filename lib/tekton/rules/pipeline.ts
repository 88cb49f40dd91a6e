import type {
  Pipeline,
  PipelineSpec,
  PipelineTask,
  PipelineWorkspaceDeclaration,
} from '../objects/api.gen.ts';
import { type Problem, problemIf } from '../objects/problem.ts';
import { defaultProblems } from './defaults.ts';
import { graphProblems } from './graph.ts';
import { matrixProblems, matrixTypeProblems } from './matrix.ts';
import { metadataProblems } from './names.ts';
import { declaredParamProblems } from './param-usage.ts';
import {
  missingPropertiesProblems,
  paramSpecProblems,
  paramTypeProblems,
  repeatedParamProblems,
} from './params.ts';
import { pipelineParamUsageProblems } from './pipeline-params.ts';
import { pipelineResultProblems } from './pipeline-results.ts';
import { pipelineTaskProblems } from './pipeline-tasks.ts';
import {
  childResultProblems,
  contextProblems,
  finallyProblems,
  rootProblems,
  statusProblems,
} from './pipeline-variables.ts';
import type { RuleOptions } from './rule-options.ts';
import { mergedSteps } from './step-template.ts';
import { usagePlaces } from './task.ts';
import { undefaultedProblems } from './undefaulted.ts';
import { whenProblems } from './when.ts';

/** Pipeline.Validate (pkg/apis/pipeline/v1/pipeline_validation.go). */
export function pipelineProblems(
  { metadata, spec = {} }: Pipeline,
  options: RuleOptions,
): readonly Problem[] {
  const { tasks = [], finally: finallyTasks = [] } = spec;
  return [
    ...metadataProblems(metadata),
    ...pipelineSpecProblems(spec, 'spec', options),
    // Nothing propagates into a Pipeline of its own: it must declare what it uses.
    ...embeddedUsageProblems(tasks, spec, 'spec.tasks'),
    ...embeddedUsageProblems(finallyTasks, spec, 'spec.finally'),
    ...pipelineParamUsageProblems(tasks, spec.params ?? [], 'spec.tasks'),
    ...pipelineParamUsageProblems(finallyTasks, spec.params ?? [], 'spec.finally'),
    ...workspaceUsageProblems(tasks, spec, 'spec.tasks'),
    ...workspaceUsageProblems(finallyTasks, spec, 'spec.finally'),
  ];
}

/** PipelineSpec.Validate. */
export function pipelineSpecProblems(
  spec: PipelineSpec,
  path: string,
  options: RuleOptions,
): readonly Problem[] {
  const { tasks = [], finally: finallyTasks = [], params = [], workspaces = [], results = [] } = spec;
  const names = new Set<string>();
  const taskOptions = {
    ...options,
    nested: (inner: PipelineSpec, at: string) => [
      ...pipelineSpecProblems(inner, at, options),
      ...undefaultedProblems(inner, at),
    ],
  };
  const both = [
    [tasks, `${path}.tasks`],
    [finallyTasks, `${path}.finally`],
  ] as const;
  return [
    ...problemIf(
      Object.values(spec).every(isUnset),
      path,
      'expected at least one, got none: description, params, tasks, workspaces',
    ),
    ...both.flatMap(([list, at]) => pipelineTaskProblems(list, at, names, taskOptions)),
    ...graphProblems(tasks, `${path}.tasks`),
    ...paramTypeProblems(params, `${path}.params`),
    ...paramSpecProblems(params, `${path}.params`),
    ...defaultProblems(params, `${path}.params`),
    ...both.flatMap(([list, at]) => [...repeatedParams(list, at), ...contextProblems(list, at)]),
    ...statusProblems(tasks, finallyTasks, path),
    ...workspaceProblems(workspaces, `${path}.workspaces`),
    ...pipelineResultProblems(results, tasks, finallyTasks, `${path}.results`),
    ...childResultProblems(tasks, finallyTasks, path),
    ...finallyProblems(tasks, finallyTasks, path),
    ...both.flatMap(([list, at]) => [
      ...list.flatMap((task, index) => whenProblems(task.when ?? [], `${at}[${index}].when`, options)),
      ...matrixProblems(list, at),
      ...list.flatMap((task, index) => matrixTypeProblems(task, params, `${at}[${index}]`)),
      ...rootProblems(list, at),
    ]),
  ];
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function repeatedParams(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  return tasks.flatMap(({ params = [] }, index) => repeatedParamProblems(params, `${path}[${index}].params`));
}

/** validatePipelineWorkspacesDeclarations. */
function workspaceProblems(
  workspaces: readonly PipelineWorkspaceDeclaration[],
  path: string,
): readonly Problem[] {
  const names = new Set<string>();
  return workspaces.flatMap(({ name }, index) => {
    const isRepeated = names.has(name);
    names.add(name);
    const at = `${path}[${index}].name`;
    return [
      ...problemIf(name === '', at, `invalid value: workspace ${index} has empty name`),
      ...problemIf(
        isRepeated,
        at,
        `invalid value: workspace with name ${JSON.stringify(name)} appears more than once`,
      ),
    ];
  });
}

/** validateUsageOfDeclaredPipelineTaskParameters: an embedded task uses its own params and the pipeline's. */
function embeddedUsageProblems(
  tasks: readonly PipelineTask[],
  spec: PipelineSpec,
  path: string,
): readonly Problem[] {
  return tasks.flatMap(({ taskSpec }, index) => {
    if (!taskSpec) return [];
    const at = `${path}[${index}].taskSpec`;
    const specs = [...(taskSpec.params ?? []), ...(spec.params ?? [])];
    return [
      ...declaredParamProblems(usagePlaces(mergedSteps(taskSpec, at)), specs),
      ...missingPropertiesProblems(taskSpec.params ?? [], `${at}.params`),
      ...missingPropertiesProblems(spec.params ?? [], 'spec.params'),
    ];
  });
}

/** validatePipelineWorkspacesUsage. */
function workspaceUsageProblems(
  tasks: readonly PipelineTask[],
  { workspaces = [] }: PipelineSpec,
  path: string,
): readonly Problem[] {
  const declared = new Set(workspaces.map(({ name }) => name));
  return tasks.flatMap(({ name = '', workspaces: bindings = [] }, index) =>
    bindings.flatMap((binding, position) => {
      const at = `${path}[${index}].workspaces[${position}]`;
      const wanted = (binding.workspace ?? '') === '' ? binding.name : binding.workspace;
      const isRepeated = bindings.findIndex((other) => other.name === binding.name) !== position;
      const missing = `invalid value: pipeline task ${JSON.stringify(name)} expects workspace with name ${JSON.stringify(wanted)} but none exists in pipeline spec`;
      return [
        ...problemIf(isRepeated, at, `workspace name ${JSON.stringify(binding.name)} must be unique`),
        ...problemIf(!declared.has(wanted ?? ''), at, missing),
      ];
    }),
  );
}
