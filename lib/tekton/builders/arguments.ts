import type * as z from 'zod';
import type { Param, ParamValue } from '../objects/api.gen.ts';
import { InvalidDefinitionError, within } from '../objects/problem.ts';
import { refuseExpansion } from './expansion.ts';
import { isRef, type Ref } from './ref.ts';
import { encodeWith, placesOf, type Schema, type Schemas, wireType } from './schema.ts';

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

type NeededParam<P extends Schemas> = Exclude<keyof P, WithDefault<P>>;

/** The field `params` without those of `Omitted`; it may be left out where each of them has a default. */
export type ParamsField<P extends Schemas, Omitted extends keyof P = never> = [
  Exclude<NeededParam<P>, Omitted>,
] extends [never]
  ? { readonly params?: Omit<Arguments<P>, Omitted> }
  : { readonly params: Omit<Arguments<P>, Omitted> };

/**
 * Arguments in wire form, in the order of the schemas.
 *
 * @throws {InvalidDefinitionError} naming the param
 */
export function wireArguments(schemas: Schemas, args: object): Param[] {
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(schemas, name));
  if (unknown !== undefined) throw unknownParam(unknown, schemas);
  const values = new Map<string, unknown>(Object.entries(args));
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const value = values.get(name);
    return value === undefined
      ? []
      : [{ name, value: within(`param ${name}`, () => wireArgument(schema, value)) }];
  });
}

export function unknownParam(name: string, schemas: Schemas): InvalidDefinitionError {
  return new InvalidDefinitionError(`param ${name}`, 'there is no such parameter', {
    known: Object.keys(schemas),
  });
}

export function wireArgument(schema: Schema, value: unknown): ParamValue {
  if (isRef(value)) {
    refuseExpansion('value', value);
    return value.expression;
  }
  if (Array.isArray(value) && wireType(schema) === 'array') return wireList(schema, value);
  if (wireType(schema) === 'object' && typeof value === 'object' && value !== null) {
    const references = Object.entries(value).filter(([, child]) => isRef(child)) as [string, Ref<unknown>][];
    if (references.length > 0) {
      const plain = Object.entries(value).filter(([, child]) => !isRef(child));
      refuseExpansion('value', value);
      return Object.fromEntries([...plain, ...references.map(([key, child]) => [key, child.expression])]);
    }
  }
  return encode(schema, value);
}

/**
 * The literals of a list are checked together, as if there were no reference among them. How long a list of references
 * alone is, nobody knows before the run.
 */
function wireList(schema: Schema, list: readonly unknown[]): string[] {
  const given = list.filter((element) => !isRef(element));
  const literals = given.length === 0 && list.length > 0 ? [] : encode(schema, given);
  const encoded = Array.isArray(literals) ? literals.map(String) : [];
  refuseExpansion('value', list);
  return list.map((element) => (isRef(element) ? element.expression : (encoded.shift() ?? '')));
}

function encode(schema: Schema, value: unknown): ParamValue {
  const encoded = encodeWith(schema, value);
  if (encoded.success) {
    refuseExpansion('value', encoded.data);
    return encoded.data as ParamValue;
  }
  const [issue] = encoded.error.issues;
  throw new InvalidDefinitionError(
    ['value', ...placesOf(issue?.path ?? [])].join(', '),
    issue?.message ?? 'is not valid',
  );
}
