import { isRef, type Ref } from './ref.ts';

/** An API type in which every string may also be a reference, and a reference to a list stand among the elements of one. */
export type WithRefs<T> = T extends string
  ? T | Ref<string>
  : T extends readonly string[]
    ? readonly (T[number] | Ref<string> | Ref<readonly string[]>)[]
    : T extends readonly (infer E)[]
      ? readonly WithRefs<E>[]
      : T extends object
        ? { readonly [K in keyof T]: WithRefs<T[K]> }
        : T;

/** The same value with each reference written out: `WithRefs<T>` becomes `T`. */
export function written<T>(value: unknown): T {
  return write(value) as T;
}

function write(value: unknown): unknown {
  if (isRef(value)) return value.expression;
  if (Array.isArray(value)) return value.map(write);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, write(child)]));
}
