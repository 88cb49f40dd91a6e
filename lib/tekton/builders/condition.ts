import type { WhenExpression } from '../objects/api.gen.ts';
import { isRef, type Ref } from './ref.ts';

/** One line of `when`: the task runs only if all of them hold. */
export type Condition = WhenExpression;

/** The values that a reference can be compared with: a flag's true and false, an enum's own words. */
type Comparable<T> = T extends { readonly [key: symbol]: unknown } & string ? string : T;

/** `equals(params['skip-checks'], false)`. */
export function equals<T extends string | boolean>(input: Ref<T>, value: Comparable<T>): Condition {
  return oneOf(input, [value]);
}

/** `oneOf(params.format, ['oci', 'docker'])`: the operator `in`; also of a list that a reference leads to. */
export function oneOf<T extends string | boolean>(
  input: Ref<T> | string,
  values: readonly (Comparable<T> | Ref<T>)[] | Ref<readonly T[]>,
): Condition {
  return condition('in', input, values);
}

/** The operator `notin`, as {@link oneOf}. */
export function noneOf<T extends string | boolean>(
  input: Ref<T> | string,
  values: readonly (Comparable<T> | Ref<T>)[] | Ref<readonly T[]>,
): Condition {
  return condition('notin', input, values);
}

/** A CEL expression; it sees no variables, so references stand in quotes. Needs `enable-cel-in-whenexpression`. */
export function cel(expression: Ref<string> | string): Condition {
  return { cel: typeof expression === 'string' ? expression : expression.expression };
}

function condition(
  operator: 'in' | 'notin',
  input: Ref<unknown> | string,
  values: readonly unknown[] | Ref<unknown>,
): Condition {
  return {
    input: typeof input === 'string' ? input : input.expression,
    operator,
    values:
      'expression' in values
        ? [values.expression]
        : values.map((value) => (isRef(value) ? value.expression : String(value))),
  };
}
