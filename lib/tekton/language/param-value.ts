import type { ParamValue } from '../objects/api.gen.ts';
import { isLargeNumber } from './large-number.ts';

export type ParamType = 'string' | 'array' | 'object';

/** The type that Tekton gives a value by its shape. */
export function paramType(value: ParamValue): ParamType {
  if (typeof value === 'string') return 'string';
  return isList(value) ? 'array' : 'object';
}

/** Array.isArray does not narrow a readonly list. */
export function isList(value: ParamValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Every text in a value. */
export function textsOf(value: ParamValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value : Object.values(value);
}

/**
 * A value as ParamValue.UnmarshalJSON reads it (pkg/apis/pipeline/v1/param_types.go): whatever is no string, list of
 * strings or map of strings becomes the text of its JSON (`isText`).
 */
export function decodeParamValue(value: unknown): { readonly value: ParamValue; readonly isText: boolean } {
  if (typeof value === 'string') return { value, isText: false };
  if (value === null || value === undefined) return { value: '', isText: false };
  if (typeof value !== 'object' || isLargeNumber(value))
    return { value: JSON.stringify(value) ?? '', isText: true };
  const entries = Object.entries(value);
  // To Go, null among strings is an empty one.
  if (!entries.every(([, part]) => typeof part === 'string' || part === null)) {
    return { value: JSON.stringify(value) ?? '', isText: true };
  }
  const texts = entries.map(([key, part]) => [key, (part as string | null) ?? ''] as const);
  return {
    value: Array.isArray(value) ? texts.map(([, part]) => part) : Object.fromEntries(texts),
    isText: false,
  };
}
