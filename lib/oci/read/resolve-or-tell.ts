import { printable } from '#lib/text';
import type { Descriptor } from '../model/descriptor.ts';
import { isDigest } from '../model/digest.ts';
import { NotFoundError } from '../model/errors.ts';
import type { Options, ReadableTarget } from '../model/target.ts';

/** Tags that are told, and of how many they are chosen. */
const TOLD = 10;
const MOST = 2_000;

/**
 * Resolves what somebody has written. Where there is no such tag, the error says which there are: those that begin as the
 * one that is asked for come first, then the last of the list.
 *
 * @throws {NotFoundError} as `resolve` does, with a hint where the repository is there
 */
export async function resolveOrTell(
  target: ReadableTarget,
  reference: string,
  options: Options = {},
): Promise<Descriptor> {
  try {
    return await target.resolve(reference, options);
  } catch (error) {
    if (!(error instanceof NotFoundError) || isDigest(reference)) throw error;
    const hint = hintOf(await tagsOf(target, options), reference);
    if (hint === undefined) throw error;
    throw new NotFoundError(error.message, { cause: error.cause, hint });
  }
}

/** None where they cannot be had: the first error is what is told then. */
async function tagsOf(target: ReadableTarget, options: Options): Promise<readonly string[]> {
  if (!hasTags(target)) return [];
  const tags: string[] = [];
  try {
    for await (const tag of target.tags(options)) {
      tags.push(tag);
      if (tags.length === MOST) break;
    }
  } catch {
    return [];
  }
  // Where a registry has no list of referrers, tags of this form are the lists; cosign's are of the same form.
  return tags.filter((tag) => !/^sha256-[0-9a-f]{64}/.test(tag));
}

function hasTags(
  target: ReadableTarget,
): target is ReadableTarget & { tags: (o: Options) => AsyncIterable<string> } {
  return 'tags' in target && typeof target.tags === 'function';
}

function hintOf(tags: readonly string[], reference: string): string | undefined {
  if (tags.length === 0) return undefined;
  const rank = (tag: string) => {
    let shared = 0;
    while (shared < tag.length && tag[shared] === reference[shared]) shared += 1;
    return shared;
  };
  const told = [...tags]
    .reverse()
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, TOLD);
  const more = tags.length > TOLD ? ` and ${tags.length === MOST ? 'many' : tags.length - TOLD} more` : '';
  return `there are: ${told.map((tag) => printable(tag)).join(', ')}${more}`;
}
