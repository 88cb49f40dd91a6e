import * as z from 'zod';
import { printable } from '#lib/text';
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
  refuseBombs(text, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The reason is left out, since it quotes the text, which may be any file of whoever serves it.
    throw new InvalidComposeError(`${file} is not JSON`, {
      hint: 'the compose may still be writing it: wait for the end of its createrepo phase',
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw misplaced(file, issue?.path.map(String) ?? [], issue?.message ?? '');
}

/** Fedora's own files have 8 levels, and some 2 million values in rpms.json of Everything. */
const MAX_DEPTH = 32;
const MAX_VALUES = 6_000_000;

/**
 * Refuses a text that takes many times its own size once it is read: brackets in brackets, or millions of empty
 * objects.
 */
function refuseBombs(text: string, file: string): void {
  let depth = 0;
  let values = 0;
  let isText = false;
  for (let index = 0; index < text.length && depth <= MAX_DEPTH && values <= MAX_VALUES; index++) {
    const code = text.charCodeAt(index);
    if (isText) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) isText = false;
    } else if (code === QUOTE) isText = true;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--;
    else if (code === COMMA) values++;
  }
  if (depth > MAX_DEPTH) throw new InvalidComposeError(`${file} has more than ${MAX_DEPTH} levels`);
  if (values > MAX_VALUES) throw new InvalidComposeError(`${file} has more than ${MAX_VALUES} values`);
}

const codeOf = (character: string) => character.charCodeAt(0);
const QUOTE = codeOf('"');
const BACKSLASH = codeOf('\\');
const [OPEN_OBJECT, CLOSE_OBJECT] = [codeOf('{'), codeOf('}')];
const [OPEN_LIST, CLOSE_LIST] = [codeOf('['), codeOf(']')];
const COMMA = codeOf(',');

/** What is wrong in a file of productmd, and where. */
export function misplaced(file: string, place: readonly string[], problem: string): InvalidComposeError {
  return new InvalidComposeError(
    `${file} is not as productmd writes it: ${printable(place.join('.'))}: ${printable(problem)}`,
  );
}
