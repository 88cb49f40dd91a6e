import type * as z from 'zod';
import { jsonOf, printable } from '#lib/text';
import { InvalidReleaseError } from './errors.ts';

/**
 * What a text of JSON says, as a schema has it.
 *
 * @param what names it in an error: `data of ReleasePlan bootc-tenant/release`
 * @throws {InvalidReleaseError} for a text that is no JSON, and the first place that does not fit
 */
export function parseDocument<S extends z.ZodType>(text: string, schema: S, what: string): z.output<S> {
  const value = jsonOf(text);
  if (value === undefined) throw new InvalidReleaseError(`${what} is no JSON`);
  return checkDocument(value, schema, what);
}

/** The same of a value. @throws {InvalidReleaseError} */
export function checkDocument<S extends z.ZodType>(value: unknown, schema: S, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = placeOf(issue?.path ?? []);
  throw new InvalidReleaseError(
    `${what} is not valid: ${place === '' ? '' : `${place}: `}${printable(issue?.message ?? 'it does not fit', 1_000)}`,
  );
}

/** A place in a document as jq writes it, without the first dot: `mapping.components[0].name`. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      return /^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(printable(name))}]`;
    })
    .join('')
    .replace(/^\./, '');
}
