import { isUtf8 } from 'node:buffer';
import { ExpectedError } from '#lib/errors';
import type { Unseen } from './check-definition.ts';
import type { ImageRootfs } from './facts.ts';

/** A check needed a file that is there and that could not be read: its outcome is an error, never a pass. */
export class CouldNotLookError extends ExpectedError {
  override readonly name = 'CouldNotLookError';
  override readonly kind = 'environment';
}

/** A file as a check may use it. */
export type Seen = { readonly kind: 'content'; readonly bytes: Uint8Array } | { readonly kind: 'absent' };

/** @throws {CouldNotLookError} when the file is there and could not be read */
export function look(rootfs: Pick<ImageRootfs, 'read'>, path: string): Seen {
  const read = rootfs.read(path);
  if (read.kind === 'unreadable') throw new CouldNotLookError(`/${read.path}: ${read.why}`);
  return read;
}

/** The first 4 KiB at least. @throws {CouldNotLookError} */
export function lookAtHead(rootfs: Pick<ImageRootfs, 'head'>, path: string): Seen {
  const read = rootfs.head(path);
  if (read.kind === 'unreadable') throw new CouldNotLookError(`/${read.path}: ${read.why}`);
  return read;
}

/**
 * What is found in each of several files; one that cannot be looked at takes nothing from what is found in the others.
 */
export function inEach<T>(items: readonly T[], find: (item: T) => readonly string[]): (string | Unseen)[] {
  return items.flatMap((item): readonly (string | Unseen)[] => {
    try {
      return find(item);
    } catch (error) {
      if (error instanceof CouldNotLookError) return [{ unseen: error.message }];
      throw error;
    }
  });
}

/**
 * The names in a directory, none where there is nothing of its name.
 *
 * @throws {CouldNotLookError} where it is something else, at which bootc ends, too
 */
export function namesIn(rootfs: Pick<ImageRootfs, 'list' | 'stat'>, directory: string): string[] {
  const entry = rootfs.stat(directory);
  if (entry !== undefined && entry.type !== 'directory')
    throw new CouldNotLookError(`/${directory}: it is no directory`);
  return rootfs.list(directory);
}

/** The text as programs read it that do not mind bytes that are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The text as bootc reads it: into a String of Rust. @throws {CouldNotLookError} when it is not UTF-8 */
export function utf8Of(bytes: Uint8Array, path: string): string {
  if (!isUtf8(bytes)) throw new CouldNotLookError(`/${path}: it is not UTF-8`);
  return textOf(bytes);
}

/** Lines as `BufRead::lines` gives them: without what ends them, and no empty one after the last. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
