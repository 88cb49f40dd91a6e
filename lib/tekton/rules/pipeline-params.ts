import { isList, isMatrixed, namesOf } from '../language/index.ts';
import type { Param, ParamSpec, PipelineTask, WhenExpression } from '../objects/api.gen.ts';
import { type Problem, problemOf } from '../objects/problem.ts';
import { repeatedParamProblems, specsOfType } from './params.ts';
import {
  isWholeReference,
  notIsolated,
  prohibitedVariable,
  prohibitedWhole,
  unknownVariable,
} from './variables.ts';

/** What may be referred to as `$(params...)`. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly objects: ReadonlyMap<string, ReadonlySet<string>>;
}

/** validatePipelineTaskParameterUsage (pkg/apis/pipeline/v1/pipeline_validation.go): every param is declared, and fits. */
export function pipelineParamUsageProblems(
  tasks: readonly PipelineTask[],
  specs: readonly ParamSpec[],
  path: string,
): readonly Problem[] {
  const scope: Scope = {
    names: namesOf(specs),
    lists: namesOf(specsOfType(specs, 'array')),
    objects: new Map(
      specsOfType(specs, 'object')
        .map(({ name, properties = {} }) => [name, new Set(Object.keys(properties))] as const)
        .filter(([, keys]) => keys.size > 0),
    ),
  };
  return tasks.flatMap((task, index) => {
    const at = `${path}[${index}]`;
    return [
      ...repeatedParamProblems(task.params ?? [], `${at}.params`),
      ...(task.params ?? []).flatMap((param, param_) =>
        paramProblems(param, `${at}.params[${param_}].value`, scope),
      ),
      ...(isMatrixed(task) ? matrixParamProblems(task, `${at}.matrix`, scope) : []),
      ...(task.when ?? []).flatMap((when, when_) => whenParamProblems(when, `${at}.when[${when_}]`, scope)),
    ];
  });
}

/** validatePipelineParametersVariablesInTaskParameters (param_types.go). */
function paramProblems({ value }: Param, path: string, scope: Scope): readonly Problem[] {
  if (isList(value)) {
    return value.flatMap((text, index) => problemsOf(elementProblems(text, scope), `${path}[${index}]`));
  }
  if (typeof value !== 'string') {
    return Object.entries(value).flatMap(([key, text]) =>
      problemsOf(textProblems(text, scope), `${path}.${key}`),
    );
  }
  if (!isWholeReference(value, 'params')) return problemsOf(textProblems(value, scope), path);
  return problemsOf([unknownVariable(value, 'params', scope.names)], path);
}

/** validatePipelineParametersVariablesInMatrixParameters (matrix_types.go). */
function matrixParamProblems({ matrix = {} }: PipelineTask, path: string, scope: Scope): readonly Problem[] {
  return [
    ...(matrix.include ?? []).flatMap(({ params = [] }, row) =>
      params.flatMap(({ value }, index) =>
        typeof value === 'string'
          ? problemsOf(textProblems(value, scope), `${path}.include[${row}].params[${index}].value`)
          : [],
      ),
    ),
    ...(matrix.params ?? []).flatMap(({ value }, index) =>
      isList(value)
        ? value.flatMap((text, element) =>
            problemsOf(elementProblems(text, scope), `${path}.params[${index}].value[${element}]`),
          )
        : [],
    ),
  ];
}

/** WhenExpressions.validatePipelineParametersVariables (when_validation.go). */
function whenParamProblems(
  { input = '', values = [] }: WhenExpression,
  path: string,
  scope: Scope,
): readonly Problem[] {
  return [
    ...problemsOf(textProblems(input, scope), `${path}.input`),
    ...values.flatMap((text, index) => {
      const [, list = ''] = /^\$\(params\.(.*)\[\*\]\)$/.exec(text) ?? [];
      const problems = scope.lists.has(list) ? elementProblems(text, scope) : textProblems(text, scope);
      return problemsOf(problems, `${path}.values[${index}]`);
    }),
  ];
}

/** validateStringVariable: strings, elements of lists and keys of objects. */
function textProblems(text: string, scope: Scope): readonly (string | undefined)[] {
  return [
    unknownVariable(text, 'params', scope.names),
    ...objectProblems(text, scope),
    prohibitedVariable(text, 'params', scope.lists),
  ];
}

/** validateArrayVariable: an element of a list, which may be a whole list in its place. */
function elementProblems(text: string, scope: Scope): readonly (string | undefined)[] {
  return [
    unknownVariable(text, 'params', scope.names),
    ...objectProblems(text, scope),
    notIsolated(text, 'params', scope.lists),
  ];
}

/** validateObjectVariable. */
function objectProblems(text: string, { objects }: Scope): readonly (string | undefined)[] {
  return [
    ...Array.from(objects, ([name, keys]) => unknownVariable(text, `params.${name}`, keys)),
    prohibitedWhole(text, 'params', new Set(objects.keys())),
  ];
}

function problemsOf(messages: readonly (string | undefined)[], path: string): readonly Problem[] {
  return messages.flatMap((message) => problemOf(path, message));
}
