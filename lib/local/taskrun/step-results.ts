import { parseResult } from '#lib/tekton/objects';
import { isList, type ParamValue, type WhenExpression } from '../model/api.ts';
import { toResult } from './results.ts';

/** Reads a result of an earlier step: its container's name and the result's; undefined where it wrote none. */
export type ReadStepResult = (container: string, result: string) => Promise<string | undefined>;

const usage = /\$\(steps\..*?\.results\..*?\)/g;

/** Puts results of earlier steps into a list of arguments (replaceCommandAndArgs, pkg/entrypoint/entrypointer.go). */
export async function substituteStepResults(
  list: readonly string[],
  read: ReadStepResult,
): Promise<readonly string[]> {
  const parts = await Promise.all(
    list.map(async (text) => {
      const value = await lookUp(text, read);
      if (value !== undefined && typeof value !== 'string' && isList(value)) return value;
      return [await substituteStepResult(text, read)];
    }),
  );
  return parts.flat();
}

/** Puts results of earlier steps into a text; what cannot be found stays. */
export async function substituteStepResult(text: string, read: ReadStepResult): Promise<string> {
  const references = [...new Set(text.match(usage) ?? [])];
  let result = text;
  for (const reference of references) {
    const value = await lookUp(reference, read);
    if (typeof value === 'string') result = result.replaceAll(reference, () => value);
  }
  return result;
}

export async function substituteStepWhen(
  expressions: readonly WhenExpression[],
  read: ReadStepResult,
): Promise<readonly WhenExpression[]> {
  return Promise.all(
    expressions.map(async (expression) => ({
      ...expression,
      ...(expression.input !== undefined && { input: await substituteStepResult(expression.input, read) }),
      ...(expression.values && { values: await substituteStepResults(expression.values, read) }),
      ...(expression.cel !== undefined && { cel: await substituteStepResult(expression.cel, read) }),
    })),
  );
}

/** The value of a text that is one reference and nothing else. */
async function lookUp(text: string, read: ReadStepResult): Promise<ParamValue | undefined> {
  const [, expression = ''] = /^\$\((steps\.[^()]*)\)$/.exec(text) ?? [];
  const reference = parseResult(expression, ['steps']);
  if (!reference) return undefined;
  const content = await read(`step-${reference.pipelineTask}`, reference.result);
  if (content === undefined) return undefined;
  const { value } = toResult({ name: reference.result, type: 'any' }, content);
  const { property, index } = reference;
  if (property !== undefined)
    return typeof value === 'string' || isList(value) || !Object.hasOwn(value, property)
      ? ''
      : value[property];
  if (index === '*') return isList(value) ? value : [];
  if (index !== undefined) return isList(value) ? value[Number(index)] : '';
  return typeof value === 'string' ? value : '';
}
