import type { Descriptor } from './descriptor.ts';
import { NotFoundError } from './errors.ts';
import type { Options, ReadableTarget } from './target.ts';

/** The descriptor that a tag names; undefined where there is no such tag. */
export async function findTag(
  target: ReadableTarget,
  tag: string,
  options: Options = {},
): Promise<Descriptor | undefined> {
  try {
    return await target.resolve(tag, { ...options, mayBeAbsent: true });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
