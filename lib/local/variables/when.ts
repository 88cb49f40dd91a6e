import { printable } from '#lib/text';
import type { WhenExpression } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import { compileCel } from './cel.ts';
import { type Replacements, substituteElement, substituteText } from './substitute.ts';

/** All of them must hold; `in` and `notin` compare strings (pkg/apis/pipeline/v1/when_types.go). */
export function allows(expressions: readonly WhenExpression[]): boolean {
  return expressions.every(holds);
}

function holds({ input = '', operator, values = [], cel }: WhenExpression): boolean {
  if (cel !== undefined && cel !== '') return evaluate(cel);
  return operator === 'in' ? values.includes(input) : !values.includes(input);
}

/**
 * A CEL expression without variables: Tekton compiles it in an empty environment, so that what
 * was substituted stands in quotes.
 *
 * @throws {InvalidRunError} where it does not compile, fails, or is no boolean
 */
export function evaluate(cel: string): boolean {
  let value: unknown;
  try {
    value = compileCel(cel)();
  } catch (error) {
    throw new InvalidRunError(
      `cannot evaluate the CEL expression ${printable(cel, 500)}: ${(error as Error).message}`,
      {
        reason: 'CELEvaluationFailed',
        hint: "put variables in quotes: '$(params.x)' == 'y'",
        cause: error,
      },
    );
  }
  if (typeof value !== 'boolean') {
    throw new InvalidRunError(`The CEL expression ${printable(cel, 500)} is not evaluated to a boolean`, {
      reason: 'CELEvaluationFailed',
    });
  }
  return value;
}

/** What is wrong with an expression before any variable is put in; undefined for one that compiles. */
export function celProblem(cel: string): string | undefined {
  try {
    compileCel(cel);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** An array as input becomes its JSON; among the values it becomes its elements. */
export function substituteWhen(
  expressions: readonly WhenExpression[],
  replacements: Replacements,
): readonly WhenExpression[] {
  return expressions.map(({ input, operator, values, cel }) => ({
    ...(input === undefined ? {} : { input: substituteInput(input, replacements) }),
    ...(operator === undefined ? {} : { operator }),
    ...(values === undefined
      ? {}
      : { values: values.flatMap((value) => substituteElement(value, replacements)) }),
    ...(cel === undefined ? {} : { cel: substituteText(cel, replacements) }),
  }));
}

function substituteInput(input: string, replacements: Replacements): string {
  const [, key = ''] = /^\$\(([^()]*)\[\*\]\)$/.exec(input) ?? [];
  const array = replacements.arrays.get(key);
  return array ? JSON.stringify(array) : substituteText(input, replacements);
}
