import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { RegistryError } from '../../model/errors.ts';
import type { Options } from '../../model/target.ts';
import { type Context, callOf, subjectOf, urlOf } from '../exchange/context.ts';

const BLOB = 'application/octet-stream';

/**
 * The descriptor of a blob of which only the digest is known. One byte is asked for, and the answer says how many there
 * are: stores behind a redirect often sign for GET alone, so that HEAD would need a second way.
 *
 * @throws {NotFoundError}
 * @throws {RegistryError} where the registry does not say how large it is
 */
export async function findBlob(context: Context, digest: Digest, { signal }: Options): Promise<Descriptor> {
  const url = urlOf(context, `blobs/${digest}`);
  const doing = `fetch the blob ${subjectOf(context, digest)}`;
  const call = { ...callOf(context, 'pull', signal, 'such blob'), doing, url, method: 'GET' };
  const response = await context.exchange.call({
    ...call,
    headers: { range: 'bytes=0-0' },
    expect: [200, 206, 416],
  });
  response.discard();
  const { status, headers } = response;
  // A range of an empty blob cannot be satisfied: `bytes */0` (RFC 9110, section 14.4).
  const total = /^bytes (?:0-0|\*)\/(?<total>\d+)$/.exec(headers['content-range'] ?? '')?.groups?.total;
  const size = status === 200 ? headers['content-length'] : total;
  if (size !== undefined && /^\d+$/.test(size)) return { mediaType: BLOB, digest, size: Number(size) };
  throw new RegistryError(`cannot ${doing}: the registry does not say how large it is`, {
    method: 'GET',
    url: url.href,
    status,
    code: undefined,
  });
}
