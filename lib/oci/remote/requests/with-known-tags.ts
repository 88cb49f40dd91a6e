import { printable } from '#lib/text';
import { isDigest } from '../../model/digest.ts';
import { NotFoundError } from '../../model/errors.ts';
import type { ResolveOptions } from '../../model/target.ts';
import type { Context } from '../exchange/context.ts';
import { listTags } from './tags.ts';

/** Tags that are told; more of them would hide the one that is meant. */
const TOLD = 10;
/** Tags that are looked at: a repository may have a hundred thousand. */
const MOST = 2_000;

/**
 * Resolves a tag; where that is not there and its caller cannot do without it, the error says which ones are: those that
 * begin as it does come first, then the last of the list.
 *
 * @throws {NotFoundError}
 */
export async function withKnownTags<T>(
  context: Context,
  tag: string,
  { signal, mayBeAbsent = false }: ResolveOptions,
  resolve: () => Promise<T>,
): Promise<T> {
  try {
    return await resolve();
  } catch (error) {
    if (!(error instanceof NotFoundError) || mayBeAbsent || isDigest(tag) || error.hint !== undefined)
      throw error;
    const hint = await hintFor(context, tag, signal);
    throw hint === undefined ? error : new NotFoundError(error.message, { cause: error.cause, hint });
  }
}

/** Undefined where the registry does not tell: the error then stands for itself. */
async function hintFor(
  context: Context,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const tags: string[] = [];
  try {
    for await (const one of listTags(context, { signal })) if (tags.push(one) === MOST) break;
  } catch (error) {
    return error instanceof NotFoundError
      ? 'there is no such repository, or it is not for who asks'
      : undefined;
  }
  if (tags.length === 0) return 'the repository has no tags';
  // Where a registry has no list of referrers, tags of this form are the lists; cosign's are of the same form.
  const names = tags.filter((one) => !/^sha256-[0-9a-f]{64}/.test(one));
  if (names.length === 0) return undefined;
  const near = names.toReversed().sort((a, b) => alike(b, tag) - alike(a, tag));
  const more = names.length - TOLD;
  const rest = more > 0 ? ` and ${tags.length === MOST ? 'many' : more} more` : '';
  return `there are: ${near
    .slice(0, TOLD)
    .map((one) => printable(one))
    .join(', ')}${rest}`;
}

/** How many characters two tags have in common from their beginning. */
function alike(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
