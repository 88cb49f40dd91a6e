import type * as z from 'zod';
import { type Schema, wireType } from './schema.ts';

/** What a param takes: one of a few values, or a form in words. Neither: any text. */
export interface Allowed {
  readonly values?: readonly string[];
  readonly form?: string;
}

/** No schema that asks for anything takes it. */
const NOTHING = '\u0000 @';

/** What a schema says against a value that nobody would give; of a list, against each of its elements. */
export function allowedOf(schema: Schema): Allowed {
  const parsed = schema.safeParse(wireType(schema) === 'array' ? [NOTHING] : NOTHING);
  const issue = parsed.error?.issues[0];
  if (issue === undefined || wireType(schema) === 'object') return {};
  if (issue.code === 'invalid_value') return { values: issue.values.map(String) };
  const [, list] = /^expected one of (.*)$/.exec(issue.message) ?? [];
  return list === undefined ? { form: formOf(issue) } : { values: list.split(', ') };
}

function formOf({ message }: z.core.$ZodIssue): string {
  const [, pattern] = /^Invalid string: must match pattern \/(.*)\/\w*$/.exec(message) ?? [];
  if (pattern !== undefined) return `matches ${pattern}`;
  if (message.startsWith('expected JSON')) return 'JSON';
  return message.replace(/^(?:expected|is no) /, '');
}

/** What the schemas of images, digests, platforms and numbers ask for, as one would write it. */
const samples = [
  'quay.io/me/image:1',
  `quay.io/me/image@sha256:${'0'.repeat(64)}`,
  `sha256:${'0'.repeat(64)}`,
  'linux/amd64',
  'true',
  '1',
  'name=value',
  '{}',
  '[]',
] as const;

/** A value that the schema takes, for an example; what takes any text gets `text`. */
export function exampleOf(schema: Schema, text: string): string | readonly string[] {
  const isList = wireType(schema) === 'array';
  const { values, form } = allowedOf(schema);
  if (values === undefined && form === undefined) return isList ? [text] : text;
  const found = [...(values ?? []), ...samples].find(
    (sample) => schema.safeParse(isList ? [sample] : sample).success,
  );
  return isList ? [found ?? text] : (found ?? text);
}
