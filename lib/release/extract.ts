import * as z from 'zod';
import { jsonOf, own, quoted } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';
import { isMap, type Json, type JsonMap } from './merge.ts';

const Key = z.strictObject({
  resultIndex: z.int().min(0),
  key: z.string(),
  default: z.json().optional(),
});
const Keys = z.array(Key).min(1, 'expected at least one key');

/**
 * Values of the data as texts, each at its index; what is not a text is JSON (release-service-utils,
 * collect_task_params.py).
 *
 * @param keysToExtract JSON of `[{resultIndex, key, default?}]`, a key as jq writes a path: `.conforma.workerCount`
 * @throws {InvalidReleaseError} for keys that are none, and a value that is not there and has no default
 */
export function extractValues(data: JsonMap, keysToExtract: string): readonly string[] {
  const parsed = Keys.safeParse(jsonOf(keysToExtract));
  if (!parsed.success)
    throw new InvalidReleaseError(
      `param keysToExtract is not valid: ${parsed.error.issues[0]?.message ?? 'it is no list of keys'}`,
      { hint: 'write JSON: [{"resultIndex": 0, "key": ".conforma.workerCount", "default": "4"}]' },
    );
  const values: string[] = parsed.data.map(() => '');
  for (const { resultIndex, key, default: fallback } of parsed.data) {
    if (resultIndex >= values.length)
      throw new InvalidReleaseError(
        `param keysToExtract has resultIndex ${resultIndex}, and there are ${values.length} keys`,
      );
    const value = valueAt(data, key) ?? fallback;
    if (value === undefined || value === null)
      throw new InvalidReleaseError(`the data has no ${key}, and there is no default for it`);
    values[resultIndex] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return values;
}

/** A step of a path: `.name`, `["name"]` or `[0]`. */
const STEP = /\.?(?:(?<name>[A-Za-z_][\w-]*)|\["(?<quoted>[^"]+)"\]|\[(?<index>\d+)\])/y;

function valueAt(data: JsonMap, key: string): Json | undefined {
  let value: Json | undefined = data;
  STEP.lastIndex = 0;
  for (let end = 0; end < key.length && key !== '.'; end = STEP.lastIndex) {
    const groups = STEP.exec(key)?.groups;
    if (groups === undefined) throw new InvalidReleaseError(`${quoted(key)} is no path in the data`);
    const { name, quoted: text, index } = groups;
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
    else value = isMap(value) ? own(value, name ?? text ?? '') : undefined;
  }
  return value;
}
