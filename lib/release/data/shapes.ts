import * as z from 'zod';

/** Shapes of JSON Schema draft-07, as schemas/dataKeys.json of release-service-utils uses them. */
export const text = z.string();
export const flag = z.boolean();
export const whole = z.number().refine(Number.isInteger, 'expected a whole number');
export const texts = z.array(text);

type Optional<S extends z.ZodRawShape> = { [K in keyof S]: z.ZodOptional<S[K]> };

/** An object whose keys have these types where they are there, and that may have others. */
export function object<S extends z.ZodRawShape>(shape: S): z.ZodObject<Optional<S>, z.core.$loose> {
  return z.looseObject(optional(shape));
}

/** An object with no other keys. */
export function closed<S extends z.ZodRawShape>(shape: S): z.ZodObject<Optional<S>, z.core.$strict> {
  return z.strictObject(optional(shape));
}

function optional<S extends z.ZodRawShape>(shape: S): Optional<S> {
  return Object.fromEntries(
    Object.entries(shape).map(([key, schema]) => [key, z.optional(schema)]),
  ) as Optional<S>;
}
