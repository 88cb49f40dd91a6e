import { isList, type Matrix, type Param } from './api.ts';
import { InvalidRunError } from './errors.ts';

/** default-max-matrix-combinations-count of Tekton's config-defaults. */
const MOST = 256;

type Combination = Record<string, string>;

export function isMatrixed(matrix: Matrix | undefined): matrix is Matrix {
  return (matrix?.params?.length ?? 0) > 0 || (matrix?.include?.length ?? 0) > 0;
}

/**
 * The params of each run: the first param varies fastest, `include` completes or adds combinations, and the
 * params of one are sorted by name (Matrix.FanOut, pkg/apis/pipeline/v1/matrix_types.go).
 *
 * @throws {InvalidRunError} for more than 256 of them
 */
export function fanOut(matrix: Matrix, path: string): readonly (readonly Param[])[] {
  const includes = (matrix.include ?? []).map(({ params = [] }) =>
    Object.fromEntries(params.map(({ name, value }) => [name, typeof value === 'string' ? value : ''])),
  );
  const params = matrix.params ?? [];
  const count = params.reduce(
    (product, { value }) => product * Math.max(1, isList(value) ? value.length : 0),
    1,
  );
  if (count > MOST) throw tooMany(count, path);
  const combinations = params.length === 0 ? includes : withIncludes(product(params), includes);
  if (combinations.length > MOST) throw tooMany(combinations.length, path);
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

/** A param with no element: the task is skipped (skipBecauseEmptyArrayInMatrixParams). */
export function hasEmptyParam({ params = [] }: Matrix): boolean {
  return params.some(({ value }) => isList(value) && value.length === 0);
}

function tooMany(count: number, path: string): InvalidRunError {
  return new InvalidRunError(`expected 0 <= ${count} <= ${MOST}`, { path });
}
