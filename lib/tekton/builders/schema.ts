import * as z from 'zod';
import type { ParamValue, PropertySpec } from '../objects/api.gen.ts';
import { InvalidDefinitionError } from '../objects/problem.ts';

/** Input side: what Tekton carries. Output side: what a step sees. `undefined` means "has a default". */
export type Schema = z.ZodType<unknown, ParamValue | undefined>;
export type Schemas = Readonly<Record<string, Schema>>;

/** The decoded values of a set of schemas. */
export type Values<S extends Schemas> = { readonly [K in keyof S]: z.output<S[K]> };

/** Any text. `Text.default('…')` may be left out, `Text.describe('…')` says what it is for. */
export const Text = z.string();
/** A boolean: Tekton carries the texts `true` and `false`, a step sees a boolean. */
export const Flag = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' });
/** A whole number that is not negative: Tekton carries its digits, a step sees a number. */
export const Count = z.codec(
  z.string().regex(/^\d{1,15}$/, 'expected a whole number'),
  z.int().nonnegative(),
  {
    decode: Number,
    encode: String,
  },
);
/** `repository[:tag]`, without a digest. */
export const ImageUrl = z
  .string()
  .regex(/^[^@\s]+$/, 'expected repository[:tag] without a digest')
  .brand<'ImageUrl'>();
/** `repository[:tag]@sha256:…`: one image, whatever its tag does later. */
export const ImageRef = z
  .string()
  .regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, 'expected repository[:tag]@sha256:…')
  .brand<'ImageRef'>();
/** `sha256:…`. It takes sha256 alone, so that it can stand where lib/oci takes a digest, which may be of sha512, too. */
export const Digest = z
  .templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)], {
    error: 'expected sha256: and 64 hexadecimal digits',
  })
  .brand<'Digest'>();
/**
 * `os/architecture` as the multi-platform controller names its hosts, such as linux/arm64 or linux-c4xlarge/arm64; `local`
 * and `localhost` are the pod itself.
 */
export const Platform = z
  .string()
  .regex(
    /^(?:local|localhost|[a-z][a-z0-9-]*\/[a-z0-9_][a-z0-9_-]*)$/,
    'expected os/architecture or localhost',
  )
  .brand<'Platform'>();
export type ImageUrl = z.output<typeof ImageUrl>;
export type ImageRef = z.output<typeof ImageRef>;
export type Digest = z.output<typeof Digest>;
export type Platform = z.output<typeof Platform>;

/** A structured value that Tekton carries as a JSON string. */
export function json<S extends z.ZodType>(schema: S): z.ZodCodec<z.ZodString, S> {
  return z.codec(z.string(), schema, {
    decode: (text, context) => {
      try {
        return JSON.parse(text) as z.input<S>;
      } catch (error) {
        context.issues.push({
          code: 'custom',
          message: `expected JSON: ${(error as Error).message}`,
          input: text,
        });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });
}

export type WireType = 'string' | 'array' | 'object';

interface WireShape {
  readonly type: WireType;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, PropertySpec>>;
}

const shapes = new WeakMap<Schema, WireShape>();

/** What Tekton is told about a schema: its type, the keys of an object, the values of an enum. */
export function wireShape(schema: Schema): WireShape {
  const known = shapes.get(schema);
  if (known) return known;
  const { type, enum: values, properties } = inputSchema(schema);
  if (type !== 'string' && type !== 'array' && type !== 'object') {
    const what = type === undefined ? 'what has no type' : String(type);
    throw new InvalidDefinitionError(
      'type',
      `Tekton carries a string, a list or a map of strings, not ${what}`,
      {
        hint: 'a codec has a string on its input side: Count for a number, Flag for a boolean, json(…) for all else',
      },
    );
  }
  const shape: WireShape = {
    type,
    ...(values ? { enum: values as string[] } : {}),
    ...(type === 'object'
      ? {
          properties: Object.fromEntries(
            Object.keys(properties ?? {}).map((key) => [key, { type: 'string' }]),
          ),
        }
      : {}),
  };
  shapes.set(schema, shape);
  return shape;
}

/** What comes in, as JSON Schema has it. */
export function inputSchema(schema: Schema): z.core.JSONSchema.BaseSchema {
  try {
    return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  } catch (error) {
    throw new InvalidDefinitionError('type', `it cannot be told what Tekton would carry: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What Tekton carries for a schema: string, array or object. */
export function wireType(schema: Schema): WireType {
  return wireShape(schema).type;
}

/** What `.describe()` has said of a schema; empty where it has not. */
export function descriptionOf(schema: Schema): string {
  return (
    schema.description ?? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).description ?? ''
  );
}

/**
 * A default in wire form: what the schema makes of "nothing given"; undefined where a value is required.
 *
 * @throws {InvalidDefinitionError} for a default that the schema itself refuses
 */
export function wireDefault(schema: Schema): ParamValue | undefined {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success) {
    // What may be left out has a prefault here, and it was refused.
    if (schema._zod.optin !== undefined) throw invalidDefault(parsed.error);
    return undefined;
  }
  if (parsed.data === undefined) {
    throw new InvalidDefinitionError('default', 'Tekton has no optional param without a default', {
      hint: "write .default('…') in place of .optional()",
    });
  }
  const encoded = encodeWith(schema, parsed.data);
  if (!encoded.success) throw invalidDefault(encoded.error);
  return encoded.data as ParamValue;
}

/**
 * The way back of a schema, from what a step sees to what Tekton carries.
 *
 * @throws {InvalidDefinitionError} for a schema that has none
 */
export function encodeWith(schema: Schema, value: unknown): z.ZodSafeParseResult<unknown> {
  try {
    return z.safeEncode(schema as z.ZodType, value);
  } catch (error) {
    throw new InvalidDefinitionError(
      'type',
      `it has no way back to what Tekton carries: ${reasonOf(error)}`,
      {
        hint: 'use a codec in place of a transform',
      },
    );
  }
}

function invalidDefault({ issues: [issue] }: z.ZodError): InvalidDefinitionError {
  return new InvalidDefinitionError(
    ['default', ...placesOf(issue?.path ?? [])].join(', '),
    issue?.message ?? 'is not valid',
  );
}

/** Where in a list, which people count from one, or in an object. */
export function placesOf(path: readonly PropertyKey[]): readonly string[] {
  return path.map((key) => (typeof key === 'number' ? `value ${key + 1}` : `key ${String(key)}`));
}
