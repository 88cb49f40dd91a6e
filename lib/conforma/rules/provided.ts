import * as z from 'zod';
import type { Collection, Rule } from '../rule.ts';
import { REDHAT } from '../rule.ts';

export const Texts = z.array(z.string());
export const SomeTexts = Texts.min(1, 'there is none');

/** A rule that says that what others go by is not there, or not of its form. */
export function provided(
  name: Rule['name'],
  schemas: Readonly<Record<string, z.ZodType>>,
  collections: readonly Collection[] = REDHAT,
): Rule {
  return {
    name,
    collections,
    find: ({ data }) =>
      Object.entries(schemas).flatMap(([key, schema]) => {
        const parsed = schema.safeParse(data.get(key));
        return (parsed.error?.issues ?? []).map(
          ({ path, message }) => `Rule data ${[key, ...path].join('.')} has unexpected format: ${message}`,
        );
      }),
  };
}
