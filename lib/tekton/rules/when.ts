import type { WhenExpression } from '../objects/api.gen.ts';
import { type Problem, problemOf } from '../objects/problem.ts';
import type { RuleOptions } from './rule-options.ts';

/** WhenExpressions.validate (pkg/apis/pipeline/v1/when_validation.go). */
export function whenProblems(
  expressions: readonly WhenExpression[],
  path: string,
  options: RuleOptions,
): readonly Problem[] {
  return expressions.flatMap((expression, index) => {
    const message = whenProblem(expression, options);
    return problemOf(`${path}[${index}]`, message);
  });
}

function whenProblem(expression: WhenExpression, options: RuleOptions): string | undefined {
  const { input = '', operator = '', values = [], cel = '' } = expression;
  if (cel !== '') {
    if (input !== '' || operator !== '' || values.length > 0) {
      return 'cel and input+operator+values cannot be set in one WhenExpression';
    }
    const problem = options.cel?.(cel);
    if (problem === undefined) return undefined;
    const hint = /\$\(/.test(cel) ? "; variables must stand in quotes: '$(params.x)' == 'y'" : '';
    return `invalid cel expression: ${cel} with err: ${problem}${hint}`;
  }
  if (input === '' && operator === '' && values.length === 0) return 'missing field(s)';
  if (operator !== 'in' && operator !== 'notin') {
    return `invalid value: operator ${JSON.stringify(operator)} is not recognized. valid operators: in,notin`;
  }
  return values.length === 0 ? 'invalid value: expecting non-empty values field' : undefined;
}
