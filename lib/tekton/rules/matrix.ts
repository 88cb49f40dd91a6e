import {
  countProblem,
  expressionsOf,
  isMatrixed,
  looksLikeResult,
  type PlacedParam,
  paramType,
  parseResult,
  placedParams,
  specType,
} from '../language/index.ts';
import type { Matrix, ParamSpec, PipelineTask } from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { repeatedParamProblems } from './params.ts';
import { resultType } from './results.ts';

/** validateMatrix (pkg/apis/pipeline/v1/pipeline_validation.go). */
export function matrixProblems(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  return [
    ...tasks.flatMap((task, index) => oneMatrixProblems(task, `${path}[${index}]`)),
    ...consumerProblems(tasks, path),
  ];
}

function oneMatrixProblems(task: PipelineTask, path: string): readonly Problem[] {
  const { matrix = {}, params = [] } = task;
  const matrixNames = new Set([...(matrix.params ?? []), ...includedParams(matrix)].map(({ name }) => name));
  const both = params.filter(({ name }) => matrixNames.has(name));
  const message = countProblem(matrix);
  return [
    ...problemOf(`${path}.matrix`, message),
    ...(matrix.include ?? []).flatMap((include, index) =>
      repeatedParamProblems(include.params ?? [], `${path}.matrix.include[${index}].params`),
    ),
    ...repeatedParamProblems(matrix.params ?? [], `${path}.matrix.params`),
    ...both.map(({ name }) => ({
      path,
      message: `expected exactly one, got both: matrix[${name}], params[${name}]`,
    })),
  ];
}

function includedParams(matrix: Matrix) {
  return (matrix.include ?? []).flatMap((include) => include.params ?? []);
}

/** validateTaskResultsFromMatrixedPipelineTasksConsumed: results of a matrix come as a whole, and are strings. */
function consumerProblems(tasks: readonly PipelineTask[], path: string): readonly Problem[] {
  const matrixed = new Map(tasks.filter(isMatrixed).map((task) => [task.name ?? '', task]));
  return tasks.flatMap(({ params = [] }, index) =>
    params.flatMap(({ value }, paramIndex) =>
      expressionsOf(value)
        .filter((expression) => looksLikeResult(expression))
        .flatMap((expression) => {
          const producer = matrixed.get(expression.split('.')[1] ?? '');
          const message = producer && consumerProblem(expression, producer);
          return problemOf(`${path}[${index}].params[${paramIndex}].value`, message);
        }),
    ),
  );
}

function consumerProblem(expression: string, producer: PipelineTask): string | undefined {
  if (!expression.endsWith('[*]')) {
    return `A matrixed pipelineTask can only be consumed in aggregate using [*] notation, but is currently set to ${expression}`;
  }
  const name = parseResult(expression)?.result;
  const result = producer.taskSpec?.results?.find((candidate) => candidate.name === name);
  if (!result || resultType(result) === 'string') return undefined;
  return `invalid value: Matrixed PipelineTasks emitting results must have an underlying type string, but result ${name} has type ${resultType(result)} in pipelineTask`;
}

/**
 * ValidateParameterTypesInMatrix (pkg/reconciler/pipelinerun/resources/validate_params.go), as far as it is known
 * before the run: fanned out are lists, included are strings.
 */
export function matrixTypeProblems(
  { name = '', matrix = {} }: PipelineTask,
  specs: readonly ParamSpec[],
  path: string,
): readonly Problem[] {
  const types = new Map(specs.map((spec) => [spec.name, specType(spec)]));
  const problems = ({ name: param, value, path: at }: PlacedParam, wanted: string) => {
    const type = typeof value === 'string' ? resolvedType(value, types) : paramType(value);
    const message = `parameters of type ${wanted} only are allowed, but param "${param}" has type "${type}" in pipelineTask "${name}"`;
    return problemIf(type !== undefined && type !== wanted, at, message);
  };
  return [
    ...placedParams(matrix.params, `${path}.matrix`).flatMap((param) => problems(param, 'array')),
    ...(matrix.include ?? []).flatMap(({ params }, row) =>
      placedParams(params, `${path}.matrix.include[${row}]`).flatMap((param) => problems(param, 'string')),
    ),
  ];
}

/** Params that a matrix fans out and that are not among the known ones: at the run they would be plain text. */
export function unknownMatrixParams(
  { matrix = {} }: PipelineTask,
  known: ReadonlySet<string>,
  path: string,
): readonly Problem[] {
  return (matrix.params ?? []).flatMap(({ value }, index) => {
    const name = typeof value === 'string' ? wholeParam(value) : undefined;
    if (name === undefined || known.has(name) || known.has(name.split('.')[0] ?? '')) return [];
    const message = `non-existent variable in ${JSON.stringify(value)}`;
    return [{ path: `${path}.matrix.params[${index}].value`, message }];
  });
}

/** What a text becomes when its references are replaced; undefined where only the run knows. */
function resolvedType(text: string, types: ReadonlyMap<string, string>): string | undefined {
  if (expressionsOf(text).some((expression) => looksLikeResult(expression))) return undefined;
  const name = wholeParam(text);
  return name === undefined ? 'string' : types.get(name);
}

function wholeParam(text: string): string | undefined {
  return /^\$\(params\.(?<name>[_a-zA-Z0-9.-]+)(?:\[\*\])?\)$/.exec(text)?.groups?.name;
}
