// A port of pkg/apis/pipeline/v1/resultref.go and pkg/internal/resultref/resultref.go.
import type { ParamValue, WhenExpression } from '../api.gen.ts';
import { textsOf } from '../param-value.ts';

/** `tasks.<task>.results.<result>`, with an index or a key of it. */
export interface ResultRef {
  readonly expression: string;
  readonly pipelineTask: string;
  readonly result: string;
  /** A number, or `*` for all of a list, an object or a matrix. */
  readonly index?: string | undefined;
  readonly property?: string | undefined;
}

/** What stands between `$(` and `)` wherever it has the form of a variable (variableSubstitutionFormat). */
export function expressionsIn(text: string): readonly string[] {
  if (!text.includes('$(')) return [];
  const matches = text.matchAll(/\$\((?<expression>[_a-zA-Z0-9.-]+(?:\[(?:[0-9]+|\*)\])?)\)/g);
  return Array.from(matches, ({ groups }) => groups?.expression ?? '');
}

export function expressionsOf(value: ParamValue): readonly string[] {
  return textsOf(value).flatMap(expressionsIn);
}

export function expressionsOfWhen({ input = '', cel = '', values = [] }: WhenExpression): readonly string[] {
  return [input, cel, ...values].flatMap(expressionsIn);
}

/** LooksLikeResultRef: four parts or more, of which more than five are no reference after all. */
export function looksLikeResult(
  expression: string,
  roots: readonly string[] = ['tasks', 'finally'],
): boolean {
  const parts = expression.split('.');
  return parts.length >= 4 && roots.includes(parts[0] ?? '') && parts[2] === 'results';
}

/** ParseTaskExpression: only the form with dots, so a result with a dot in its name cannot be referred to. */
export function parseResult(
  expression: string,
  roots: readonly string[] = ['tasks', 'finally'],
): ResultRef | undefined {
  const [, pipelineTask = '', , last = '', property] = expression.split('.');
  if (!looksLikeResult(expression, roots) || expression.split('.').length > 5) return undefined;
  if (property !== undefined) return { expression, pipelineTask, result: last, property };
  const index = /\[(?<index>[0-9]*\*?)\]/.exec(last)?.groups?.index;
  return { expression, pipelineTask, result: last.replaceAll(/\[[0-9]*\*?\]/g, ''), index };
}

export function resultsIn(expressions: readonly string[]): readonly ResultRef[] {
  return expressions.flatMap((expression) => parseResult(expression) ?? []);
}
