import { parse } from 'yaml';
import type * as z from 'zod';
import { printable } from '#lib/text';
import { InvalidManifestLockError } from './errors.ts';

/** A file of rpm-ostree: YAML, of which JSON is a part. An empty one is an empty object. */
export function parseFile<S extends z.ZodType>(schema: S, text: string, path: string): z.output<S> {
  const fail = (why: string) =>
    new InvalidManifestLockError(`cannot read ${printable(path)}: ${printable(why)}`);
  const parsed = schema.safeParse(parsedText(text, path, fail) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw fail(`${place === '' ? 'the document' : place}: ${issue?.message ?? ''}`);
}

function parsedText(text: string, path: string, fail: (why: string) => Error): unknown {
  try {
    const value: unknown = path.endsWith('.json')
      ? JSON.parse(text)
      : parse(text, { logLevel: 'error', maxAliasCount: 100 });
    return value;
  } catch (error) {
    throw fail(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'it cannot be parsed');
  }
}
