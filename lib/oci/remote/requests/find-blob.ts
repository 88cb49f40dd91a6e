import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { InvalidManifestError } from '../../model/errors.ts';
import type { Options } from '../../model/target.ts';
import { type Context, callOf, subjectOf, urlOf } from '../exchange/context.ts';

/**
 * The descriptor of a blob that is known by its digest alone; its size comes with the first byte.
 *
 * @throws {NotFoundError}
 * @throws {InvalidManifestError} when the registry does not say the size
 */
export async function findBlob(context: Context, digest: Digest, { signal }: Options): Promise<Descriptor> {
  const answer = await context.exchange.call({
    ...callOf(context, 'pull', signal),
    doing: `look for ${subjectOf(context, digest)}`,
    url: urlOf(context, `blobs/${digest}`),
    headers: { range: 'bytes=0-0' },
    method: 'GET',
    expect: [200, 206],
  });
  answer.discard();
  const { status, headers } = answer;
  const range = /^bytes 0-0\/(?<total>\d+)$/.exec(headers['content-range'] ?? '')?.groups?.total;
  const size = Number(status === 206 ? range : headers['content-length']);
  if (!Number.isSafeInteger(size))
    throw new InvalidManifestError(`${subjectOf(context, digest)}: the registry does not say its size`);
  return { mediaType: 'application/octet-stream', digest, size };
}
