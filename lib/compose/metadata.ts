import * as z from 'zod';
import { InvalidComposeError } from './errors.ts';

/** The header of productmd's files: 1.0 knows no type yet, 2.x has locations in place of paths. */
export function header(type: string) {
  return z.object({
    type: z.literal(type).optional(),
    version: z
      .string()
      .regex(/^(?:1\.[0-2]|2\.\d+)$/, 'is of a version that is not known; 1.0 to 1.2 and 2.x are'),
  });
}

/** @throws {InvalidComposeError} naming the file and the place in it */
export function parseMetadata<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidComposeError(`${file} is not JSON`, {
      cause,
      hint: 'the compose may still be writing it: wait for the end of its createrepo phase',
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw misplaced(file, issue?.path.map(String) ?? [], issue?.message ?? '');
}

/** What is wrong in a file of productmd, and where. */
export function misplaced(file: string, place: readonly string[], problem: string): InvalidComposeError {
  return new InvalidComposeError(`${file} is not as productmd writes it: ${place.join('.')}: ${problem}`);
}
