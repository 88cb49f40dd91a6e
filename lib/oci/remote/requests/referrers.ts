import { isTransientStatus } from '#lib/http';
import { quoted } from '#lib/text';
import { collect, MAX_MANIFEST } from '../../model/content.ts';
import { type Descriptor, describe } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { InvalidManifestError, NotFoundError, RegistryError } from '../../model/errors.ts';
import { createLimit, type Limit } from '../../model/limit.ts';
import { mediaTypeOf } from '../../model/media-types.ts';
import type { Options } from '../../model/target.ts';
import { type Index, isIndex, parseManifest } from '../../read/manifest.ts';
import { type Context, callOf, subjectOf } from '../exchange/context.ts';
import type { HttpResponse } from '../http/transport.ts';
import { fetchManifestBytes, putManifest, resolveManifest } from './manifests.ts';
import { createPages } from './pages.ts';

/**
 * The manifests whose subject this is: from the registry's own list, or where it keeps none from the index that clients
 * keep under a tag (distribution-spec v1.1.1, "Listing Referrers" and "Referrers Tag Schema").
 */
export async function listReferrers(
  context: Context,
  { digest }: Descriptor,
  options: Options,
): Promise<readonly Descriptor[]> {
  const what = `the list of referrers of ${subjectOf(context, digest)}`;
  const pages = createPages(context, `referrers/${digest}`, what);
  const found: Descriptor[] = [];
  let url: URL | undefined = pages.first;
  while (url !== undefined) {
    let page: Page;
    try {
      page = await readPage(context, digest, url, options);
    } catch (error) {
      if (url !== pages.first || !isAnswer(error)) throw error;
      return (await readInstead(context, digest, options, error)).manifests;
    }
    found.push(...page.manifests);
    url = pages.after(url, page.response);
  }
  return found;
}

interface Page {
  readonly response: HttpResponse;
  readonly manifests: readonly Descriptor[];
}

async function readPage(context: Context, digest: Digest, url: URL, options: Options): Promise<Page> {
  const what = `the list of referrers of ${subjectOf(context, digest)}`;
  const response = await context.exchange.call({
    ...callOf(context, 'pull', options.signal),
    doing: `list the referrers of ${subjectOf(context, digest)}`,
    method: 'GET',
    url,
    headers: { accept: mediaTypeOf('index') },
    expect: [200],
    limit: MAX_MANIFEST,
  });
  const type = response.headers['content-type'] ?? '';
  // Some answer 200 with a page for people to paths that they do not know.
  if (!type.startsWith(mediaTypeOf('index'))) {
    response.discard();
    throw new NotFoundError(`${what} is none: it is ${quoted(type)}`);
  }
  return { response, manifests: toIndex(await collect(response.body), what).manifests };
}

function isAnswer(error: unknown): boolean {
  return (
    error instanceof RegistryError || error instanceof NotFoundError || error instanceof InvalidManifestError
  );
}

/**
 * Registries without the list say so in many ways: 400, 405, 406, 501, a page for people. An answer that may as well
 * come from a list that is broken today does not count as an empty list: the tag has to be there then.
 */
async function readInstead(
  context: Context,
  digest: Digest,
  options: Options,
  failure: unknown,
): Promise<Index> {
  const isBroken =
    failure instanceof InvalidManifestError ||
    (failure instanceof RegistryError && isTransientStatus(failure.status));
  const tagged = await findTagged(context, digest, options);
  if (tagged === undefined && isBroken) throw failure;
  return tagged ?? { schemaVersion: 2, manifests: [] };
}

/** Adds a manifest to its subject's tag, after a push to a registry that did not say that it knows about subjects. */
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

/** Removes a deleted referrer from its subject's tag, so that the tag does not name what is gone. */
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

/**
 * Edits a subject's tag, one writer at a time in this process; another process may get in between, so that the result
 * is checked afterwards.
 */
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
      `cannot list a referrer under ${key}: the tag ${tagOf(subject)} does not keep what is written; somebody else writes it, or the registry takes it for the digest`,
    );
  });
}

async function readTagged(context: Context, subject: Digest, options: Options): Promise<Index> {
  return (await findTagged(context, subject, options)) ?? { schemaVersion: 2, manifests: [] };
}

async function findTagged(context: Context, subject: Digest, options: Options): Promise<Index | undefined> {
  const tag = tagOf(subject);
  try {
    const descriptor = await resolveManifest(context, tag, options);
    // GitLab takes the tag for the digest, and answers with the subject (oras-project/oras-go#1396).
    if (descriptor.digest === subject) return undefined;
    const bytes = await collect(fetchManifestBytes(context, descriptor, options));
    return toIndex(bytes, subjectOf(context, tag));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return undefined;
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
