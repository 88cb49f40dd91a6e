import { expressionsOf, looksLikeResult, parseResult } from '../language/index.ts';
import type { PipelineResult, PipelineTask } from '../objects/api.gen.ts';
import type { Problem } from '../objects/problem.ts';

/** validatePipelineResults (pkg/apis/pipeline/v1/pipeline_validation.go). */
export function pipelineResultProblems(
  results: readonly PipelineResult[],
  tasks: readonly PipelineTask[],
  finallyTasks: readonly PipelineTask[],
  path: string,
): readonly Problem[] {
  const names = {
    tasks: new Set(tasks.map(({ name = '' }) => name)),
    finally: new Set(finallyTasks.map(({ name = '' }) => name)),
  };
  return results.flatMap(({ value }, index) => {
    const at = `${path}[${index}].value`;
    const messages = [
      ...expressionProblems(value),
      ...(isOfTasks(value, names) ? [] : ['referencing a nonexistent task']),
    ];
    return messages.map((message) => ({ path: at, message: `invalid value: ${message}` }));
  });
}

function expressionProblems(value: PipelineResult['value']): readonly string[] {
  const expressions = expressionsOf(value);
  if (expressions.length === 0) {
    return ['expected pipeline results to be task result expressions but no expressions were found'];
  }
  const results = expressions.filter((expression) => looksLikeResult(expression));
  if (results.length === 0) {
    return ['expected pipeline results to be task result expressions but an invalid expressions was found'];
  }
  const parsed = results.filter((expression) => parseResult(expression));
  if (parsed.length === results.length) return [];
  return [
    `expected all of the expressions [${results.join(' ')}] to be result expressions but only [${parsed.join(' ')}] were`,
  ];
}

/** taskContainsResult: also refuses text in front of the first expression. */
function isOfTasks(
  value: PipelineResult['value'],
  names: { readonly tasks: ReadonlySet<string>; readonly finally: ReadonlySet<string> },
): boolean {
  if (typeof value !== 'string') return true;
  const parts = value.split('$').filter((part) => part !== '');
  return parts.every((part) => {
    const expression = `$${part}`.replace(/^\$\(/, '').replace(/\)$/, '');
    const result = parseResult(expression);
    if (!result) return false;
    return (expression.startsWith('tasks') ? names.tasks : names.finally).has(result.pipelineTask);
  });
}
