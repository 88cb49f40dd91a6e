import type * as z from 'zod';
import { InvalidDefinitionError } from '../objects/problem.ts';
import { isRef, type Ref, ref } from './ref.ts';
import type { Schema } from './schema.ts';

type Part = Ref<string> | string;
type TextTag<T> = (strings: TemplateStringsArray, ...parts: Part[]) => Ref<T>;

/**
 * Joins references and plain text: text`${params.branch}-${params.timestamp}`. With a schema the text is of its type,
 * text(ImageUrl)`${params.repository}:${tag}`, and what is written out in it is checked against the schema.
 *
 * @throws {InvalidDefinitionError} where no value of the references could make a text that the schema takes
 */
export function text(strings: TemplateStringsArray, ...parts: Part[]): Ref<string>;
/** The same, of the type of a schema. */
export function text<S extends Schema>(schema: S): TextTag<z.output<S>>;
export function text(first: TemplateStringsArray | Schema, ...parts: Part[]): Ref<string> | TextTag<unknown> {
  if (!isSchema(first)) return ref(joined(first, parts));
  return (strings, ...typed) => {
    checkLiterals(first, strings, typed);
    return ref(joined(strings, typed));
  };
}

function isSchema(value: TemplateStringsArray | Schema): value is Schema {
  return !Array.isArray(value);
}

function joined(strings: TemplateStringsArray, parts: readonly Part[]): string {
  // Cooked, as people read them: raw, a backslash before a backquote would stay.
  return String.raw({ raw: strings }, ...parts.map((part) => (isRef(part) ? part.expression : part)));
}

/** What a reference may hold: the forms that schemas of images, digests, platforms, numbers and names ask for. */
const samples = ['a', '1', 'a/b', 'linux/amd64', `sha256:${'0'.repeat(64)}`, 'https://a.example/b', ''];
/** Enough for four references that each hold something else. */
const MOST_TRIES = 5_000;

function checkLiterals(schema: Schema, strings: TemplateStringsArray, parts: readonly Part[]): void {
  let message = '';
  let tries = 0;
  for (const values of combinations(parts)) {
    const parsed = schema.safeParse(String.raw({ raw: strings }, ...values));
    if (parsed.success || tries === MOST_TRIES) return;
    message ||= parsed.error.issues[0]?.message ?? 'is not valid';
    tries += 1;
  }
  throw new InvalidDefinitionError(`text \`${joined(strings, parts)}\``, message);
}

/** Every choice of a sample for each reference. */
function* combinations(parts: readonly Part[]): Generator<readonly string[]> {
  const [first, ...rest] = parts;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const value of isRef(first) ? samples : [first]) {
    for (const others of combinations(rest)) yield [value, ...others];
  }
}
