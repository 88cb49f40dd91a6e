import { paramType, specType } from '../language/index.ts';
import type { Param, ParamSpec, PipelineSpec, TaskSpec } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';
import { arrayUsageProblems, declaredParamProblems } from './param-usage.ts';
import { paramNameProblems } from './params.ts';
import { pipelineParamUsageProblems } from './pipeline-params.ts';
import { stepPlaces } from './places.ts';
import { mergedSteps } from './step-template.ts';
import { usagePlaces } from './task.ts';

/** The params that a run hands down into specs written inside it, and what is wrong with them. */
interface Scope {
  readonly specs: Map<string, ParamSpec>;
  readonly problems: Problem[];
}

/** PipelineRunSpec.validateInlineParameters (pkg/apis/pipeline/v1/pipelinerun_validation.go). */
export function pipelineRunParamProblems(params: readonly Param[], spec: PipelineSpec): readonly Problem[] {
  const path = 'spec.pipelineSpec';
  const scope = fromParams(params);
  combine(spec.params, `${path}.params`, scope);
  (spec.tasks ?? []).forEach((task, index) => {
    append(task.params ?? [], scope);
    combine(task.taskSpec?.params, `${path}.tasks[${index}].taskSpec.params`, scope);
  });
  const specs = [...scope.specs.values()];
  return [
    ...scope.problems,
    ...(spec.tasks ?? []).flatMap(({ taskSpec }, index) =>
      taskSpec?.steps ? inlineProblems(taskSpec, specs, `${path}.tasks[${index}].taskSpec`) : [],
    ),
    ...pipelineParamUsageProblems(spec.tasks ?? [], specs, `${path}.tasks`),
  ];
}

/** TaskRunSpec.validateInlineParameters (taskrun_validation.go). */
export function taskRunParamProblems(params: readonly Param[], spec: TaskSpec): readonly Problem[] {
  const path = 'spec.taskSpec';
  const scope = fromParams(params);
  combine(spec.params, `${path}.params`, scope);
  return [...scope.problems, ...(spec.steps ? inlineProblems(spec, [...scope.specs.values()], path) : [])];
}

function inlineProblems(spec: TaskSpec, specs: readonly ParamSpec[], path: string): readonly Problem[] {
  const steps = mergedSteps(spec, path);
  return [
    ...paramNameProblems(specs, '').map(({ message }) => ({ path, message })),
    ...arrayUsageProblems(steps.flatMap(stepPlaces), specs),
    ...declaredParamProblems(usagePlaces(steps), specs),
    ...specs
      .filter((candidate) => specType(candidate) === 'object' && !candidate.properties)
      .map(({ name }) => ({ path, message: `missing field(s): ${name}.properties` })),
  ];
}

function fromParams(params: readonly Param[]): Scope {
  const scope: Scope = { specs: new Map(), problems: [] };
  for (const param of params) scope.specs.set(param.name, specOf(param));
  return scope;
}

/** createParamSpecFromParam. */
function specOf({ name, value }: Param): ParamSpec {
  const type = paramType(value);
  if (type !== 'object') return { name, default: value, type };
  return { name, default: value, type, properties: stringProperties(Object.keys(value)) };
}

function stringProperties(keys: readonly string[]): NonNullable<ParamSpec['properties']> {
  return Object.fromEntries(keys.map((key) => [key, { type: 'string' }]));
}

/** combineParamSpec: a value that is given outweighs the declaration, but for the keys of an object. */
function combine(declared: readonly ParamSpec[] | undefined, path: string, { specs, problems }: Scope): void {
  for (const [index, spec] of (declared ?? []).entries()) {
    const given = specs.get(spec.name);
    const hasObjectDefault = spec.default !== undefined && paramType(spec.default) === 'object';
    if (!given) specs.set(spec.name, spec);
    else if (!spec.properties && (hasObjectDefault || specType(given) === 'object')) {
      problems.push({ path: `${path}[${index}].properties`, message: 'missing field(s)' });
    } else if (specType(given) === 'object') {
      specs.set(spec.name, { ...given, properties: spec.properties });
    }
  }
}

/** appendPipelineTaskParams: keys of objects gather, and of everything else the first value counts. */
function append(params: readonly Param[], { specs }: Scope): void {
  for (const param of params) {
    const given = specs.get(param.name);
    if (!given) specs.set(param.name, specOf(param));
    else if (paramType(param.value) === 'object') {
      const properties = { ...given.properties, ...stringProperties(Object.keys(param.value)) };
      specs.set(param.name, { ...given, properties });
    }
  }
}
