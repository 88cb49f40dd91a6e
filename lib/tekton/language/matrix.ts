// A port of pkg/apis/pipeline/v1/matrix_types.go.
import type { Matrix, Param } from '../objects/api.gen.ts';
import { isList } from './param-value.ts';

/** `default-max-matrix-combinations-count` of Tekton's ConfigMap config-defaults, unless it is changed. */
export const MAX_COMBINATIONS = 256;

/** Whether a pipeline task is one (PipelineTask.IsMatrixed). */
export function isMatrixed<T extends { readonly matrix?: Matrix | undefined }>(
  task: T,
): task is T & { readonly matrix: Matrix } {
  const { matrix } = task;
  return (matrix?.params?.length ?? 0) > 0 || (matrix?.include?.length ?? 0) > 0;
}

/** A param with no element: the task is skipped (skipBecauseEmptyArrayInMatrixParams). */
export function hasEmptyParam({ params = [] }: Matrix): boolean {
  return params.some(({ value }) => isList(value) && value.length === 0);
}

/** Why a matrix is too large (validateMatrixCombinationsCount). */
export function countProblem(matrix: Matrix): string | undefined {
  const count = combinationCount(matrix);
  return count > MAX_COMBINATIONS ? `expected 0 <= ${count} <= ${MAX_COMBINATIONS}` : undefined;
}

/** Matrix.CountCombinations: before references are resolved, a reference counts once. */
export function combinationCount({ params = [], include = [] }: Matrix): number {
  if (params.length === 0) return include.length;
  let count = 1;
  for (const { value } of params) {
    const length = isList(value) ? value.length : 0;
    if (length > 0) count *= length;
  }
  const values = new Map(params.map(({ name, value }) => [name, isList(value) ? value : []]));
  for (const row of include) {
    for (const { name, value } of row.params ?? []) {
      const known = values.get(name);
      if (known?.includes(typeof value === 'string' ? value : '') === true) break;
      if (known) count += 1;
    }
  }
  return count;
}

type Combination = ReadonlyMap<string, string>;

/**
 * The params of each run: the first param varies fastest, `include` completes or adds combinations, and the params of one
 * are sorted by name (Matrix.FanOut). Ask `countProblem` first.
 */
export function fanOut({ params = [], include = [] }: Matrix): readonly (readonly Param[])[] {
  const includes = include.map(
    (row) =>
      new Map((row.params ?? []).map(({ name, value }) => [name, typeof value === 'string' ? value : ''])),
  );
  const combinations = params.length === 0 ? includes : withIncludes(product(params), includes);
  return combinations.map((combination) =>
    [...combination].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value })),
  );
}

function product(params: readonly Param[]): readonly Combination[] {
  let combinations: readonly Combination[] = [];
  for (const { name, value } of params) {
    const outer = combinations.length === 0 ? [new Map<string, string>()] : combinations;
    combinations = (isList(value) ? value : []).flatMap((element) =>
      outer.map((combination) => new Map([...combination, [name, element]])),
    );
  }
  return combinations;
}

/** What fits completes a combination, the later over the earlier; what has a value that none has is one more. */
function withIncludes(
  combinations: readonly Combination[],
  includes: readonly Combination[],
): readonly Combination[] {
  const all = combinations.map((combination) => {
    const completed = new Map(combination);
    for (const include of includes) {
      const fits = [...include].every(([name, value]) => (completed.get(name) ?? value) === value);
      if (fits) for (const [name, value] of include) completed.set(name, value);
    }
    return completed;
  });
  for (const include of includes) {
    const isKnown = all.some((combination) =>
      [...include].some(([name, value]) => combination.get(name) === value),
    );
    if (include.size > 0 && !isKnown) all.push(new Map(include));
  }
  return all;
}
