import { fanOut as combinationsOf, countProblem } from '#lib/tekton/objects';
import type { Matrix, Param } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';

/**
 * The params of each run of a matrix.
 *
 * @throws {InvalidRunError} for more than 256 of them
 */
export function fanOut(matrix: Matrix, path: string): readonly (readonly Param[])[] {
  const problem = countProblem(matrix);
  if (problem !== undefined) throw new InvalidRunError(problem, { path });
  return combinationsOf(matrix);
}
