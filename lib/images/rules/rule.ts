import type { ImagesEntry } from '../entries.ts';
import type { ImagesFinding } from '../errors.ts';

/** One thing that a set must hold; it gives what does not, and throws nothing. */
export type Rule = (set: ImagesEntry) => readonly ImagesFinding[];

export function finding(path: string, message: string, hint: string): ImagesFinding {
  return { path, message, hint };
}

/** Those that stand a second time in a list, with their places. */
export function doubled(list: readonly string[]): readonly (readonly [number, string])[] {
  return [...list.entries()].filter(([index, one]) => list.indexOf(one) !== index);
}
