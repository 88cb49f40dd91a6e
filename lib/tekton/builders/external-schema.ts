import * as z from 'zod';
import type { ParamValue } from '../objects/api.gen.ts';
import { Digest, ImageRef, ImageUrl, type Schema } from './schema.ts';

/** A param or a result as Tekton declares it; the type is always written. */
export interface ExternalSpec {
  readonly name: string;
  readonly type: 'string' | 'array' | 'object';
  readonly description?: string;
  readonly default?: ParamValue;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

type ValueOf<S extends ExternalSpec> = S['type'] extends 'array'
  ? readonly string[]
  : S['type'] extends 'object'
    ? S extends { readonly properties: infer K }
      ? { readonly [Key in keyof K]: string }
      : Readonly<Record<string, string>>
    : S extends { readonly enum: readonly (infer E extends string)[] }
      ? E
      : string;

type SchemaOf<S extends ExternalSpec> = z.ZodType<
  ValueOf<S>,
  S extends { readonly default: ParamValue } ? ValueOf<S> | undefined : ValueOf<S>
>;

export type ExternalSchemas<L extends readonly ExternalSpec[]> = {
  readonly [S in L[number] as S['name']]: SchemaOf<S>;
};

/** Results that Konflux gives one meaning wherever they are: only these are more than text. */
const known = { IMAGE_URL: ImageUrl, IMAGE_DIGEST: Digest, IMAGE_REF: ImageRef } as const;
type Known = typeof known;

export type ResultSchemas<L extends readonly ExternalSpec[]> = {
  readonly [S in L[number] as S['name']]: S['name'] extends keyof Known ? Known[S['name']] : SchemaOf<S>;
};

export function resultSchema(spec: ExternalSpec): Schema {
  const { name, type } = spec;
  return type === 'string' && isKnown(name) ? known[name] : externalSchema(spec);
}

function isKnown(name: string): name is keyof Known {
  return Object.hasOwn(known, name);
}

export function externalSchema(spec: ExternalSpec): Schema {
  const { description, default: fallback } = spec;
  const schema = fallback === undefined ? wireSchema(spec) : withDefault(wireSchema(spec), fallback);
  return description === undefined ? schema : schema.describe(description);
}

function wireSchema({ type, enum: values, properties }: ExternalSpec): z.ZodType<ParamValue, ParamValue> {
  switch (type) {
    case 'array':
      return z.array(z.string());
    case 'object': {
      if (properties === undefined) return z.record(z.string(), z.string());
      const keys = Object.keys(properties).map((key) => [key, z.string()] as const);
      return z.object(Object.fromEntries(keys));
    }
    case 'string':
      return values === undefined ? z.string() : z.enum(values);
  }
}

function withDefault(
  schema: z.ZodType<ParamValue, ParamValue>,
  fallback: ParamValue,
): z.ZodType<ParamValue, ParamValue | undefined> {
  return schema.default(fallback);
}
