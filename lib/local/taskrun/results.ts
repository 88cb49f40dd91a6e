import { deflateRawSync } from 'node:zlib';
import {
  decodeParamValue,
  goStructJson,
  MESSAGE_LIMIT,
  type MessageEntry,
  missingKeysMap,
  mistypedParams,
  specType,
} from '#lib/tekton/objects';
import {
  type ParamValue,
  type StepResult,
  type TaskResult,
  type TaskRunResult,
  typeOf,
} from '../model/api.ts';
import type { FeatureFlags } from '../model/feature-flags.ts';

export const MESSAGE_TOO_LONG =
  'Termination message is above max allowed size 4096, caused by large task result.';

/** Whether a step can hand this on: all together, in its termination message (pkg/termination/write.go). */
export function fitsMessage(entries: readonly MessageEntry[], { compressesMessages }: FeatureFlags): boolean {
  const json = goStructJson(entries);
  if (Buffer.byteLength(json) <= MESSAGE_LIMIT) return true;
  // A mark, and base64 without its padding.
  return (
    compressesMessages && 5 + Math.ceil((deflateRawSync(json, { level: 9 }).length * 4) / 3) <= MESSAGE_LIMIT
  );
}

/** What is too large for a log, where results go that way (internal/sidecarlogresults). */
export function oversized(
  entries: readonly MessageEntry[],
  { maxResultSize }: FeatureFlags,
): string | undefined {
  for (const { key, value, type } of entries) {
    const size = Buffer.byteLength(goStructJson({ name: key, value, type: type === 4 ? 'step' : 'task' }));
    if (size > maxResultSize)
      return `${size} bytes results size exceeds configured limit of ${maxResultSize} bytes`;
  }
  return undefined;
}

/**
 * What a file's text is as a result: text as it stands for a string, else the JSON in it
 * (filterResults, pkg/pod/status.go).
 */
export function toResult(
  { name, type = 'string' }: Pick<TaskResult, 'name' | 'type'>,
  text: string,
): TaskRunResult {
  const value = type === 'string' ? text : parseValue(text);
  return { name, type: typeOf(value), value };
}

/** As ParamValue.UnmarshalJSON, to which only what begins with its bracket is a list or an object. */
function parseValue(text: string): ParamValue {
  try {
    const { value, isText } = decodeParamValue(JSON.parse(text));
    return isText || (typeof value !== 'string' && !/^[[{]/.test(text)) ? text : value;
  } catch {
    // Not JSON: text, and so a mismatch.
    return text;
  }
}

/** The last value of a name wins, at the place of the first (removeDuplicateResults). */
export function latestResults(results: readonly TaskRunResult[]): readonly TaskRunResult[] {
  const latest = new Map<string, TaskRunResult>();
  for (const result of results) latest.set(result.name, result);
  return [...latest.values()];
}

/**
 * Results of the wrong type or without a required key, in Tekton's words (validateTaskRunResults).
 *
 * @param times how often each missing key is named
 */
export function resultProblem(
  declared: readonly (TaskResult | StepResult)[],
  results: readonly TaskRunResult[],
  times = 1,
): string | undefined {
  const mismatched = mistyped(declared, results);
  if (mismatched.length > 0) {
    return `Provided results don't match declared results; may be invalid JSON or missing result declaration: ${mismatched.toSorted().join(',')}`;
  }
  const missing = missingKeysMap(declared, results, times);
  if (missing === '') return undefined;
  return `missing keys for these results which are required in TaskResult's properties ${missing}`;
}

/** What is said of each result that is of another type than was declared. */
export function mistyped(
  declared: readonly (TaskResult | StepResult)[],
  results: readonly TaskRunResult[],
): readonly string[] {
  const types = new Map(declared.map((result) => [result.name, specType(result)]));
  return mistypedParams(declared, results).map(
    ({ name, type }) =>
      ` "${name}": task result is expected to be "${types.get(name)}" type but was initialized to a different type "${type}"`,
  );
}
