import { collect, MAX_MANIFEST } from '../../model/content.ts';
import { type Descriptor, describe } from '../../model/descriptor.ts';
import { algorithmOf, type Digest, digestOf, isDigest } from '../../model/digest.ts';
import { InvalidManifestError, NotFoundError, RegistryError } from '../../model/errors.ts';
import { isManifestType, MANIFEST_TYPES } from '../../model/media-types.ts';
import { DigestMismatchError } from '../../model/mismatch.ts';
import type { Options, ResolveOptions } from '../../model/target.ts';
import { verified, verifyBytes } from '../../model/verify.ts';
import { manifestTypeOf } from '../../read/manifest.ts';
import { type Context, callOf, subjectOf, urlOf } from '../exchange/context.ts';
import { isBrokenOff } from '../http/retry.ts';
import type { HttpResponse } from '../http/transport.ts';

const ACCEPT = { accept: MANIFEST_TYPES.join(', ') };

/**
 * Manifests that were read to make their descriptors: whoever asked for one reads it next, and that needs no second
 * request.
 */
const known = new WeakMap<Descriptor, Uint8Array>();

/**
 * Resolves a tag by HEAD where the headers say enough, and else from the manifest itself, as a digest always is: many
 * registries answer HEAD differently from GET, and only a GET has a body that explains what is missing.
 */
export async function resolveManifest(
  context: Context,
  tagOrDigest: string,
  { signal, mayBeAbsent = false }: ResolveOptions,
): Promise<Descriptor> {
  if (isDigest(tagOrDigest)) return describeManifest(context, tagOrDigest, signal);
  const response = await head(context, tagOrDigest, signal, mayBeAbsent);
  if (response === undefined) return describeManifest(context, tagOrDigest, signal);
  const mediaType = typeOf(response);
  const digest = String(response.headers['docker-content-digest'] ?? '');
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  refuseSchema1(mediaType, subjectOf(context, tagOrDigest));
  // The length of an encoded body is not the manifest's.
  const isWhole =
    response.headers['content-encoding'] === undefined && Number.isSafeInteger(size) && size > 0;
  if (isManifestType(mediaType) && isDigest(digest) && isWhole) {
    return { mediaType, digest, size };
  }
  return describeManifest(context, tagOrDigest, signal);
}

export async function* fetchManifestBytes(
  context: Context,
  descriptor: Descriptor,
  { signal }: Options,
): AsyncGenerator<Uint8Array> {
  const bytes = known.get(descriptor);
  if (bytes !== undefined) return yield bytes;
  const response = await get(context, descriptor.digest, signal, 'fetch');
  yield* verified(response.body, descriptor, subjectOf(context, descriptor.digest));
}

/**
 * Puts a manifest under its digest or a tag; returns whether the registry keeps the list of what refers to its subject.
 */
export async function putManifest(
  context: Context,
  descriptor: Descriptor,
  bytes: Uint8Array,
  tagOrDigest: string,
  { signal }: Options,
): Promise<{ readonly knowsSubject: boolean }> {
  const what = subjectOf(context, tagOrDigest);
  verifyBytes(bytes, descriptor, what);
  const response = await context.exchange.call({
    ...callOf(context, 'push', signal),
    doing: isDigest(tagOrDigest) ? `push ${what}` : `tag ${what}`,
    method: 'PUT',
    url: urlOf(context, `manifests/${tagOrDigest}`),
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
    expect: [200, 201, 202],
  });
  response.discard();
  const stored = String(response.headers['docker-content-digest'] ?? '');
  if (isDigest(stored)) expectDigest(descriptor.digest, stored, what);
  return { knowsSubject: response.headers['oci-subject'] !== undefined };
}

async function describeManifest(
  context: Context,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const what = subjectOf(context, tagOrDigest);
  const response = await get(context, tagOrDigest, signal, 'resolve');
  const bytes = await collect(response.body);
  const mediaType = typeOf(response);
  refuseSchema1(mediaType, what);
  const type = isManifestType(mediaType) ? mediaType : manifestTypeOf(bytes, what);
  const found = isDigest(tagOrDigest)
    ? { mediaType: type, digest: tagOrDigest, size: bytes.length }
    : describe(type, bytes);
  expectDigest(found.digest, digestOf(bytes, algorithmOf(found.digest)), what);
  known.set(found, bytes);
  return found;
}

function refuseSchema1(mediaType: string, what: string): void {
  if (mediaType.startsWith('application/vnd.docker.distribution.manifest.v1'))
    throw new InvalidManifestError(`${what} is a docker schema 1 manifest, which nobody should use any more`);
}

/** The answer to HEAD; undefined where it is not a good one, or none came. */
async function head(
  context: Context,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
  mayBeAbsent: boolean,
): Promise<HttpResponse | undefined> {
  try {
    const call = {
      ...manifestCall(context, tagOrDigest, signal),
      doing: `resolve ${subjectOf(context, tagOrDigest)}`,
    };
    const response = await context.exchange.call({ ...call, method: 'HEAD', retry: 'when asked' });
    response.discard();
    return response;
  } catch (error) {
    // The registry does not know us, or asked for patience: that is an answer.
    if (error instanceof RegistryError && (error.status === 401 || error.retryAfter !== undefined))
      throw error;
    // A 404 of the registry itself is an answer, too; one from behind a redirect may be a store that knows no HEAD.
    if (mayBeAbsent && error instanceof NotFoundError && isOf(context, error)) throw error;
    if (error instanceof RegistryError || error instanceof NotFoundError || isBrokenOff(error))
      return undefined;
    throw error;
  }
}

/** Whether the answer came from the repository's own endpoint. */
function isOf(context: Context, { cause }: NotFoundError): boolean {
  return cause instanceof RegistryError && cause.url.startsWith(urlOf(context, '').href);
}

function get(
  context: Context,
  tagOrDigest: string,
  signal: AbortSignal | undefined,
  verb: 'resolve' | 'fetch',
): Promise<HttpResponse> {
  return context.exchange.call({
    ...manifestCall(context, tagOrDigest, signal),
    doing: `${verb} ${subjectOf(context, tagOrDigest)}`,
    method: 'GET',
    limit: MAX_MANIFEST,
  });
}

function manifestCall(context: Context, tagOrDigest: string, signal: AbortSignal | undefined) {
  return {
    ...callOf(context, 'pull', signal),
    url: urlOf(context, `manifests/${tagOrDigest}`),
    headers: ACCEPT,
    expect: [200],
  };
}

function typeOf(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** A registry may name the same bytes by another algorithm; a tag may name any. */
function isSame(tagOrDigest: string, actual: Digest): boolean {
  return (
    actual === tagOrDigest || !isDigest(tagOrDigest) || actual.split(':')[0] !== tagOrDigest.split(':')[0]
  );
}

function expectDigest(expected: Digest, actual: Digest, what: string): void {
  if (isSame(expected, actual)) return;
  throw new DigestMismatchError(`${what}: the registry has ${actual} instead of ${expected}`, {
    expected,
    actual,
  });
}
