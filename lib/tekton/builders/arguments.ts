import * as z from 'zod';
import type { Param, ParamValue } from '../objects/api.gen.ts';
import { InvalidDefinitionError } from '../objects/problem.ts';
import { isRef, type Ref } from './ref.ts';
import { type Schema, type Schemas, wireType } from './schema.ts';

/** A literal needs no brand: it is checked against the schema when the manifest is made. */
export type Literal<T> = T extends z.core.$brand ? string : T;

/** What a parameter can be given: a literal, a reference, or for a list a mixture of both. */
export type Argument<T> =
  | Ref<T>
  | (T extends readonly (infer E)[]
      ? Ref<readonly E[]> | readonly (Literal<E> | Ref<E> | Ref<readonly E[]>)[]
      : T extends object
        ? T extends z.core.$brand
          ? Literal<T>
          : { readonly [K in keyof T]: T[K] extends string ? Literal<T[K]> | Ref<T[K]> : T[K] }
        : Literal<T>);

type WithDefault<P extends Schemas> = {
  [K in keyof P]: undefined extends z.input<P[K]> ? K : never;
}[keyof P];

/** What a task must be given: everything that has no default. */
export type Arguments<P extends Schemas> = {
  readonly [K in Exclude<keyof P, WithDefault<P>>]: Argument<z.output<P[K]>>;
} & { readonly [K in WithDefault<P>]?: Argument<z.output<P[K]>> };

/** Arguments in wire form, in the order of the schemas. `path` names the field in errors. */
export function wireArguments(schemas: Schemas, args: object, path: string): Param[] {
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(schemas, name));
  if (unknown !== undefined) {
    throw new InvalidDefinitionError(
      `${path}.${unknown}`,
      'there is no such parameter',
      Object.keys(schemas),
    );
  }
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const value = (args as Record<string, unknown>)[name];
    return value === undefined ? [] : [{ name, value: wireArgument(schema, value, `${path}.${name}`) }];
  });
}

export function wireArgument(schema: Schema, value: unknown, path: string): ParamValue {
  if (isRef(value)) return value.expression;
  if (Array.isArray(value) && wireType(schema) === 'array') {
    const literals = value.filter((element) => !isRef(element));
    const encoded = [...(encode(schema, literals, path) as string[])];
    return value.map((element) => (isRef(element) ? element.expression : (encoded.shift() ?? '')));
  }
  if (wireType(schema) === 'object' && typeof value === 'object' && value !== null) {
    const references = Object.entries(value).filter(([, child]) => isRef(child)) as [string, Ref<unknown>][];
    if (references.length > 0) {
      const plain = Object.entries(value).filter(([, child]) => !isRef(child));
      return Object.fromEntries([...plain, ...references.map(([key, child]) => [key, child.expression])]);
    }
  }
  return encode(schema, value, path);
}

function encode(schema: Schema, value: unknown, path: string): ParamValue {
  const encoded = z.safeEncode(schema as z.ZodType, value);
  if (encoded.success) return encoded.data as ParamValue;
  const [issue] = encoded.error.issues;
  throw new InvalidDefinitionError(
    [path, ...(issue?.path ?? [])].join('.'),
    issue?.message ?? 'is not valid',
  );
}
