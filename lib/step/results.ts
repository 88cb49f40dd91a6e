import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ExpectedError } from '#lib/errors';
import type { Schemas } from '#lib/tekton';
import { goStructJson, MESSAGE_LIMIT, messageSize, STARTED_AT } from '#lib/tekton/objects';

/** Exit code 1, before Tekton would say "Termination message is above max allowed size". */
export class ResultsTooLargeError extends ExpectedError {
  override readonly name = 'ResultsTooLargeError';
  override readonly kind = 'invalid';
}

/**
 * Encodes the results and writes one file each; all or, over the budget, none.
 *
 * @throws {TypeError} for a value that is no result of the step, which nobody would ever read
 */
export function writeResults(
  schemas: Schemas,
  values: Readonly<Record<string, unknown>>,
  directory: string,
): Record<string, string> {
  const texts = checkResults(schemas, values, directory);
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeResult(join(directory, name), text);
  return texts;
}

/**
 * Encodes the results, and writes none.
 *
 * @throws {ResultsTooLargeError} over the budget
 * @throws {TypeError} for a value that is no result of the step
 */
export function checkResults(
  schemas: Schemas,
  values: Readonly<Record<string, unknown>>,
  directory: string,
): Record<string, string> {
  const unknown = Object.keys(values).find((name) => !Object.hasOwn(schemas, name));
  if (unknown !== undefined) {
    throw new TypeError(`the step returns ${unknown}, which its definition does not name in \`writes\``);
  }
  const texts: Record<string, string> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    if (!Object.hasOwn(values, name)) continue;
    const encoded = z.encode(schema as z.ZodType, values[name]) as unknown;
    // Tekton reads a file byte for byte: no newline at its end.
    texts[name] = typeof encoded === 'string' ? encoded : JSON.stringify(encoded);
  }
  checkBudget(texts, directory);
  return texts;
}

/**
 * An earlier step may run a stranger's program, so what it has put at this place is removed: a link, a pipe, a
 * directory or a result that is not its to write.
 */
function writeResult(path: string, text: string): void {
  const part = `${path}.part`;
  for (const place of [part, path]) rmSync(place, { recursive: true, force: true });
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const file = openSync(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
}

/** Every step emits again what the steps before it wrote, so that counts too. */
function checkBudget(texts: Readonly<Record<string, string>>, directory: string): void {
  const all: Record<string, string> = { ...texts };
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    all[name] ??= resultText(join(directory, name));
  }
  const entries = Object.entries(all).map(([key, value]) => ({ key, value, type: 1 as const }));
  const size = messageSize([...entries, STARTED_AT]);
  if (size <= MESSAGE_LIMIT) return;
  const shares = entries
    .map((entry) => ({ name: entry.key, size: Buffer.byteLength(goStructJson(entry)) }))
    .sort((a, b) => b.size - a.size)
    .map((share) => `${share.name} ${share.size}`);
  throw new ResultsTooLargeError(
    `the results take ${size} bytes as JSON and Tekton carries ${MESSAGE_LIMIT} from a step: ${shares.join(', ')}`,
    { hint: 'write large output to a workspace or to the registry and return its digest' },
  );
}

/** Reads a result; of what is no file, or is over the budget by itself, only the size counts. */
function resultText(path: string): string {
  const found = lstatSync(path);
  if (!found.isFile()) return '';
  return found.size > MESSAGE_LIMIT ? ' '.repeat(MESSAGE_LIMIT) : readFileSync(path, 'utf8');
}
