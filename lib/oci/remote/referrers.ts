import { collect, MAX_MANIFEST } from '../content.ts';
import { type Descriptor, describe } from '../descriptor.ts';
import type { Digest } from '../digest.ts';
import { InvalidManifestError, NotFoundError } from '../errors.ts';
import { createLimit, type Limit } from '../limit.ts';
import { type Index, isIndex, parseManifest } from '../manifest.ts';
import { mediaTypeOf } from '../media-types.ts';
import type { Options } from '../target.ts';
import { type Context, callOf, subjectOf, urlOf } from './context.ts';
import { fetchManifestBytes, putManifest, resolveManifest } from './manifests.ts';
import { nextPage } from './tags.ts';

/**
 * The manifests whose subject this is: from the registry's own list, or where it keeps none from the index that clients
 * keep under a tag (distribution-spec v1.1.1, "Listing Referrers" and "Referrers Tag Schema").
 */
export async function listReferrers(
  context: Context,
  { digest }: Descriptor,
  options: Options,
): Promise<readonly Descriptor[]> {
  const found: Descriptor[] = [];
  let url: URL | undefined = urlOf(context, `referrers/${digest}`);
  while (url !== undefined) {
    const response = await context.exchange.call({
      ...callOf(context, 'pull', options.signal),
      doing: `list the referrers of ${subjectOf(context, digest)}`,
      method: 'GET',
      url,
      headers: { accept: mediaTypeOf('index') },
      expect: [200, 404],
      limit: MAX_MANIFEST,
    });
    const isList = (response.headers['content-type'] ?? '').startsWith(mediaTypeOf('index'));
    if (response.status === 404 || !isList) {
      // Some answer 200 with a page for people to paths that they do not know.
      response.discard();
      return (await readTagged(context, digest, options)).manifests;
    }
    const what = `the list of referrers of ${subjectOf(context, digest)}`;
    found.push(...toIndex(await collect(response.body), what).manifests);
    url = nextPage(response.headers.link, url);
  }
  return found;
}

/** After a push to a registry that did not say that it knows about subjects. */
export function addReferrer(
  context: Context,
  subject: Digest,
  referrer: Descriptor,
  options: Options,
): Promise<void> {
  return edit(context, subject, options, (manifests) =>
    manifests.some(({ digest }) => digest === referrer.digest) ? undefined : [...manifests, referrer],
  );
}

/** After a referrer was deleted, so that the tag does not name what is gone. */
export function removeReferrer(
  context: Context,
  subject: Digest,
  referrer: Digest,
  options: Options,
): Promise<void> {
  return edit(context, subject, options, (manifests) => {
    const left = manifests.filter(({ digest }) => digest !== referrer);
    return left.length === manifests.length ? undefined : left;
  });
}

type Edit = (manifests: readonly Descriptor[]) => readonly Descriptor[] | undefined;

const MAX_ROUNDS = 5;
const turns = new WeakMap<object, Map<string, Limit>>();

/** One writer at a time in this process; another process may get in between, so that we look again what came of it. */
function edit(context: Context, subject: Digest, options: Options, change: Edit): Promise<void> {
  const own = turns.get(context.exchange) ?? new Map<string, Limit>();
  turns.set(context.exchange, own);
  const key = subjectOf(context, subject);
  const turn = own.get(key) ?? createLimit(1);
  own.set(key, turn);
  return turn(async () => {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const index = await readTagged(context, subject, options);
      const manifests = change(index.manifests);
      if (manifests === undefined) return;
      const mediaType = mediaTypeOf('index');
      const bytes = Buffer.from(JSON.stringify({ ...index, schemaVersion: 2, mediaType, manifests }));
      await putManifest(context, describe(mediaType, bytes), bytes, tagOf(subject), options);
    }
    throw new InvalidManifestError(
      `cannot list a referrer under ${key}: somebody else keeps writing the tag`,
    );
  });
}

async function readTagged(context: Context, subject: Digest, options: Options): Promise<Index> {
  const tag = tagOf(subject);
  try {
    const descriptor = await resolveManifest(context, tag, options);
    const bytes = await collect(fetchManifestBytes(context, descriptor, options));
    return toIndex(bytes, subjectOf(context, tag));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { schemaVersion: 2, manifests: [] };
  }
}

/** `sha256-<hex>`, cut to what a tag may hold. */
function tagOf(subject: Digest): string {
  const [algorithm = '', encoded = ''] = subject.split(':');
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`;
}

function toIndex(bytes: Uint8Array, what: string): Index {
  const index = parseManifest(bytes, what);
  if (isIndex(index)) return index;
  throw new InvalidManifestError(`${what} is no index`);
}
