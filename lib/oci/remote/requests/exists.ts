import { collect, MAX_MANIFEST } from '../../model/content.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { algorithmOf, digestOf, isDigest } from '../../model/digest.ts';
import { NotFoundError, RegistryError } from '../../model/errors.ts';
import { isManifestType, MANIFEST_TYPES } from '../../model/media-types.ts';
import type { Options } from '../../model/target.ts';
import { type Context, callOf, pathOf, subjectOf, urlOf } from '../exchange/context.ts';
import { isBrokenOff } from '../http/retry.ts';
import type { HttpResponse } from '../http/transport.ts';

const ANY_ERROR = Array.from({ length: 400 }, (_, index) => 200 + index);

/**
 * Asks by HEAD, and believes an answer that a registry with the content gives. Where the answer is strange (a store
 * that signs for GET alone, a proxy that counts no bytes, a page for people) it asks by GET, for one byte of a blob.
 *
 * @throws {RegistryError} where GET does not say either
 */
export async function existsRemote(
  context: Context,
  descriptor: Descriptor,
  { signal }: Options,
): Promise<boolean> {
  const call = {
    ...callOf(context, 'pull', signal),
    doing: `look for ${subjectOf(context, descriptor.digest)}`,
    url: urlOf(context, pathOf(descriptor)),
    headers: { accept: MANIFEST_TYPES.join(', ') },
  };
  const isManifest = isManifestType(descriptor.mediaType);
  const head = await context.exchange
    .call({ ...call, method: 'HEAD', expect: ANY_ERROR, retry: 'when asked' })
    .catch((error: unknown) => {
      if (isBrokenOff(error)) return undefined;
      throw error;
    });
  head?.discard();
  // Storage behind a redirect may refuse HEAD and have the blob all the same.
  if (head?.status === 404 && head.url.pathname === call.url.pathname) return false;
  if (head?.status === 200 && isIt(head, descriptor)) return true;
  try {
    if (isManifest) {
      const found = await context.exchange.call({
        ...call,
        method: 'GET',
        expect: [200],
        limit: MAX_MANIFEST,
      });
      const bytes = await collect(found.body);
      return digestOf(bytes, algorithmOf(descriptor.digest)) === descriptor.digest;
    }
    const headers = descriptor.size === 0 ? {} : { range: 'bytes=0-0' };
    const byte = await context.exchange.call({ ...call, headers, method: 'GET', expect: [200, 206] });
    byte.discard();
    return mayBe(byte, descriptor);
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/** Whether it is there for sure: where the registry cannot say, it gets the content, or gets it again. */
export async function isSurelyThere(
  context: Context,
  descriptor: Descriptor,
  options: Options,
): Promise<boolean> {
  try {
    return await existsRemote(context, descriptor, options);
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}

/** Whether headers describe this content, and no other. */
function isIt(head: HttpResponse, { digest, size }: Descriptor): boolean {
  const told = String(head.headers['docker-content-digest'] ?? '');
  const isSame = isDigest(told) && algorithmOf(told) === algorithmOf(digest);
  return isSame ? told === digest : head.headers['content-length'] === String(size);
}

/** Whether an answer to GET can be the blob, as far as its headers tell; a page for people is no blob. */
function mayBe({ status, headers }: HttpResponse, { size }: Descriptor): boolean {
  const range = /^bytes 0-0\/(?<total>\d+)$/.exec(headers['content-range'] ?? '');
  const told = status === 206 ? range?.groups?.total : headers['content-length'];
  if (told !== undefined) return told === String(size);
  return !/^text\/html\b/i.test(headers['content-type'] ?? '');
}
