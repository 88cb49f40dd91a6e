// A port of pkg/apis/pipeline/v1/resultref.go: the variables in a text.
import type { ParamValue, WhenExpression } from '../objects/api.gen.ts';
import { textsOf } from './param-value.ts';

/** What stands between `$(` and `)` wherever it has the form of a variable (variableSubstitutionFormat). */
export function expressionsIn(text: string): readonly string[] {
  if (!text.includes('$(')) return [];
  const matches = text.matchAll(/\$\((?<expression>[_a-zA-Z0-9.-]+(?:\[(?:[0-9]+|\*)\])?)\)/g);
  return Array.from(matches, ({ groups }) => groups?.expression ?? '');
}

/** The variable that a text is and nothing else (exactVariableSubstitutionFormat). */
export function wholeExpression(text: string): string | undefined {
  const [expression] = expressionsIn(text);
  return text === `$(${expression})` ? expression : undefined;
}

export function expressionsOf(value: ParamValue): readonly string[] {
  return textsOf(value).flatMap(expressionsIn);
}

export function expressionsOfWhen({ input = '', cel = '', values = [] }: WhenExpression): readonly string[] {
  return [input, cel, ...values].flatMap(expressionsIn);
}
