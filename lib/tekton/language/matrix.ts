// A port of pkg/apis/pipeline/v1/matrix_types.go.
import type { Matrix, Param } from '../api.gen.ts';
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

type Combination = Record<string, string>;

/**
 * The params of each run: the first param varies fastest, `include` completes or adds combinations, and the params of one
 * are sorted by name (Matrix.FanOut). Ask `countProblem` first.
 */
export function fanOut({ params = [], include = [] }: Matrix): readonly (readonly Param[])[] {
  const includes = include.map((row) =>
    Object.fromEntries(
      (row.params ?? []).map(({ name, value }) => [name, typeof value === 'string' ? value : '']),
    ),
  );
  const combinations = params.length === 0 ? includes : withIncludes(product(params), includes);
  return combinations.map((combination) =>
    Object.keys(combination)
      .sort()
      .map((name) => ({ name, value: combination[name] ?? '' })),
  );
}

function product(params: readonly Param[]): Combination[] {
  let combinations: Combination[] = [];
  for (const { name, value } of params) {
    const values = isList(value) ? value : [];
    combinations =
      combinations.length === 0
        ? values.map((element) => ({ [name]: element }))
        : values.flatMap((element) =>
            combinations.map((combination) => ({ ...combination, [name]: element })),
          );
  }
  return combinations;
}

function withIncludes(combinations: Combination[], includes: readonly Combination[]): Combination[] {
  for (const combination of combinations) {
    for (const include of includes) {
      if (Object.entries(include).every(([name, value]) => (combination[name] ?? value) === value)) {
        Object.assign(combination, include);
      }
    }
  }
  for (const include of includes) {
    const entries = Object.entries(include);
    const isKnown = combinations.some((combination) =>
      entries.some(([name, value]) => combination[name] === value),
    );
    if (entries.length > 0 && !isKnown) combinations.push(include);
  }
  return combinations;
}
