import { collect, MAX_MANIFEST } from '../content.ts';
import { type Descriptor, describe } from '../descriptor.ts';
import { type Digest, isDigest, verified, verifyBytes } from '../digest.ts';
import { DigestMismatchError, InvalidManifestError } from '../errors.ts';
import { manifestTypeOf } from '../manifest.ts';
import { isManifestType, MANIFEST_TYPES } from '../media-types.ts';
import type { Options } from '../target.ts';
import { type Context, callOf, subjectOf, urlOf } from './context.ts';
import type { HttpResponse } from './transport.ts';

const ACCEPT = { accept: MANIFEST_TYPES.join(', ') };

/** By HEAD where the registry says enough in its headers, and else from the manifest itself. */
export async function resolveManifest(
  context: Context,
  tagOrDigest: string,
  { signal }: Options,
): Promise<Descriptor> {
  const response = await request(context, 'HEAD', tagOrDigest, signal);
  response.discard();
  const mediaType = typeOf(response);
  const digest = String(response.headers['docker-content-digest'] ?? '');
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  const what = subjectOf(context, tagOrDigest);
  if (isDigest(tagOrDigest) && isDigest(digest)) expectDigest(tagOrDigest, digest, what);
  if (isManifestType(mediaType) && isDigest(digest) && Number.isSafeInteger(size)) {
    return { mediaType, digest, size };
  }
  if (mediaType.startsWith('application/vnd.docker.distribution.manifest.v1')) {
    throw new InvalidManifestError(`${what} is a docker schema 1 manifest, which nobody should use any more`);
  }
  return describeManifest(context, tagOrDigest, signal);
}

export async function* fetchManifestBytes(
  context: Context,
  descriptor: Descriptor,
  { signal }: Options,
): AsyncGenerator<Uint8Array> {
  const response = await request(context, 'GET', descriptor.digest, signal);
  yield* verified(response.body, descriptor, subjectOf(context, descriptor.digest));
}

/** Puts a manifest under its digest or a tag; gives whether the registry keeps the list of what refers to its subject. */
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
  const response = await request(context, 'GET', tagOrDigest, signal);
  const bytes = await collect(response.body);
  const mediaType = typeOf(response);
  const found = describe(isManifestType(mediaType) ? mediaType : manifestTypeOf(bytes, what), bytes);
  if (isDigest(tagOrDigest) && !tagOrDigest.startsWith('sha512:'))
    expectDigest(tagOrDigest, found.digest, what);
  return found;
}

function request(
  context: Context,
  method: 'GET' | 'HEAD',
  tagOrDigest: string,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return context.exchange.call({
    ...callOf(context, 'pull', signal),
    doing: `${method === 'HEAD' ? 'resolve' : 'fetch'} ${subjectOf(context, tagOrDigest)}`,
    method,
    url: urlOf(context, `manifests/${tagOrDigest}`),
    headers: ACCEPT,
    expect: [200],
    limit: MAX_MANIFEST,
  });
}

function typeOf(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

function expectDigest(expected: Digest, actual: Digest, what: string): void {
  // A registry may name the same bytes by another algorithm.
  if (actual === expected || actual.split(':')[0] !== expected.split(':')[0]) return;
  throw new DigestMismatchError(`${what}: the registry has ${actual} instead of ${expected}`, {
    expected,
    actual,
  });
}
