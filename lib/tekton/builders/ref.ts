import type * as z from 'zod';
import { within } from '../objects/problem.ts';
import type { Schema, Schemas, WireType } from './schema.ts';
import { wireType } from './schema.ts';

declare const carries: unique symbol;

/** A place that will hold a `T` when the pipeline runs, such as `$(tasks.build.results.IMAGE_URL)`. */
export interface Ref<out T> {
  readonly expression: string;
  /** What Tekton carries there; a string unless said otherwise. */
  readonly type?: WireType;
  readonly [carries]?: T;
}

export type Refs<S extends Schemas> = { readonly [K in keyof S]: Ref<z.output<S[K]>> };

/** A reference as Tekton writes it, `$(context.taskRun.name)`, where no builder gives one. */
export function ref<T>(expression: string, type: WireType = 'string'): Ref<T> {
  return Object.freeze({ expression, type });
}

/** Whether a value is a reference, and no literal. */
export function isRef(value: unknown): value is Ref<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'expression' in value &&
    typeof value.expression === 'string'
  );
}

/** References to all of `schemas` under `path`; lists and objects are referenced whole. */
export function refs<S extends Schemas>(path: string, schemas: S, every = false): Refs<S> {
  const reference = (name: string, schema: Schema) => {
    const type = every ? 'array' : within(`${path}.${name}`, () => wireType(schema));
    return ref(`$(${path}.${name}${type === 'string' ? '' : '[*]'})`, type);
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, reference(name, schema)]),
  ) as Refs<S>;
}

/** One element of a list, such as `$(params.platforms[0])`. Its presence is checked when the run starts. */
export function at<T>(list: Ref<readonly T[]>, index: number): Ref<T> {
  return ref(list.expression.replace('[*])', `[${index}])`));
}

/** One value of an object, such as `$(params.git.url)`. */
export function key<T extends object, K extends keyof T & string>(object: Ref<T>, name: K): Ref<T[K]> {
  return ref(object.expression.replace('[*])', `.${name})`));
}
