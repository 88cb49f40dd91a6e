import type { Task, TaskSpec } from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { metadataProblems } from './names.ts';
import { arrayUsageProblems, declaredParamProblems, problemsAt } from './param-usage.ts';
import {
  missingPropertiesProblems,
  paramNameProblems,
  paramSpecProblems,
  paramTypeProblems,
} from './params.ts';
import { type Place, stepPlaces } from './places.ts';
import { resourceProblems } from './resources.ts';
import { taskResultProblems } from './results.ts';
import type { RuleOptions } from './rule-options.ts';
import { sidecarProblems, volumeProblems } from './sidecars.ts';
import { type MergedStep, mergedSteps } from './step-template.ts';
import { stepProblems } from './steps.ts';
import { unknownVariable } from './variables.ts';
import { taskWorkspaceProblems } from './workspaces.ts';

/** Task.Validate (pkg/apis/pipeline/v1/task_validation.go). */
export function taskProblems({ metadata, spec = {} }: Task, options: RuleOptions): readonly Problem[] {
  return [
    ...metadataProblems(metadata),
    ...taskSpecProblems(spec, 'spec', options),
    // Nothing propagates into a Task of its own: it must declare what it uses.
    ...usageProblems(spec, 'spec'),
  ];
}

/** TaskSpec.Validate. */
export function taskSpecProblems(spec: TaskSpec, path: string, options: RuleOptions): readonly Problem[] {
  const { steps = [], sidecars = [], volumes = [], params = [], results = [] } = spec;
  const merged = mergedSteps(spec, path);
  const places = merged.flatMap(stepPlaces);
  return [
    ...problemIf(steps.length === 0, `${path}.steps`, 'missing field(s)'),
    ...volumeProblems(volumes, `${path}.volumes`),
    ...taskWorkspaceProblems(spec, path),
    ...stepProblems(merged, options),
    ...sidecarProblems(sidecars, `${path}.sidecars`),
    ...paramTypeProblems(params, `${path}.params`),
    ...paramSpecProblems(params, `${path}.params`),
    ...paramNameProblems(params, `${path}.params`),
    ...arrayUsageProblems(places, params),
    ...contextProblems(places),
    ...resultPathProblems(merged, new Set(results.map(({ name }) => name))),
    ...resourceProblems(spec, path),
    ...taskResultProblems(results, `${path}.results`),
  ];
}

/** ValidateUsageOfDeclaredParameters. */
export function usageProblems(spec: TaskSpec, path: string): readonly Problem[] {
  const { params = [] } = spec;
  const merged = mergedSteps(spec, path);
  return [
    ...declaredParamProblems(usagePlaces(merged), params),
    ...missingPropertiesProblems(params, `${path}.params`),
  ];
}

/** onError may hold a param, but no list is looked for in it. */
export function usagePlaces(steps: readonly MergedStep[]): readonly Place[] {
  return steps.flatMap((merged) => [
    ...stepPlaces(merged),
    { path: merged.at('onError'), text: merged.step.onError ?? '', isArgument: false },
  ]);
}

const taskRunContext = new Set(['name', 'namespace', 'uid']);
const taskContext = new Set(['name', 'retry-count']);

/** validateTaskContextVariables. */
function contextProblems(places: readonly Place[]): readonly Problem[] {
  return [
    ...problemsAt(places, ({ text }) => unknownVariable(text, 'context.taskRun', taskRunContext)),
    ...problemsAt(places, ({ text }) => unknownVariable(text, 'context.task', taskContext)),
  ];
}

/** validateTaskResultsVariables: looks at scripts only. */
function resultPathProblems(steps: readonly MergedStep[], results: ReadonlySet<string>): readonly Problem[] {
  return steps.flatMap(({ step, at }) => {
    const message = unknownVariable(step.script ?? '', 'results', results);
    return problemOf(at('script'), message);
  });
}
