import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { NotFoundError, RegistryError } from '../../model/errors.ts';
import type { PushOptions } from '../../model/target.ts';
import type { Call } from '../exchange/call.ts';
import { type Context, callOf, scopeOf, subjectOf, urlOf } from '../exchange/context.ts';
import type { HttpResponse } from '../http/transport.ts';
import { isSurelyThere } from './exists.ts';

/** An upload that the registry has begun (distribution-spec v1.1.1, "Pushing blobs"). */
export interface Session {
  readonly location: URL;
  /** Bytes that the registry has. */
  readonly offset: number;
  /** The smallest chunk in bytes that the registry takes, but for the last one. */
  readonly minChunk: number;
}

/** Begins an upload; or has the registry link the blob from another repository of its own, which ends it. */
export async function beginUpload(
  context: Context,
  descriptor: Descriptor,
  { from, signal, mayBeThere = false }: PushOptions,
): Promise<Session | 'mounted' | 'there'> {
  const { digest } = descriptor;
  const source = mountSource(context, from);
  const mounted = source === undefined ? undefined : await mount(context, digest, source, signal);
  if (mounted === 'mounted' || !mayBeThere) return mounted ?? begin(context, digest, signal);
  if (!(await isSurelyThere(context, descriptor, { signal }))) {
    return mounted ?? begin(context, digest, signal);
  }
  if (mounted !== undefined) await cancelUpload(context, mounted);
  return 'there';
}

async function begin(context: Context, digest: Digest, signal: AbortSignal | undefined): Promise<Session> {
  const response = await context.exchange.call({ ...beginCall(context, digest, signal), expect: [202] });
  response.discard();
  return sessionOf(context, response, 0, undefined);
}

/**
 * Asks the registry to link the blob. This only saves the upload, so that any trouble is no failure: it gives
 * undefined.
 */
async function mount(
  context: Context,
  digest: Digest,
  source: string,
  signal: AbortSignal | undefined,
): Promise<Session | 'mounted' | undefined> {
  const call = beginCall(context, digest, signal);
  call.url.searchParams.set('mount', digest);
  call.url.searchParams.set('from', source);
  try {
    const response = await context.exchange.call({
      ...call,
      scopes: [...call.scopes, scopeOf(source, 'pull')],
      expect: [201, 202],
      retry: false,
      isTokenOptional: true,
    });
    response.discard();
    if (response.status === 202) return sessionOf(context, response, 0, undefined);
    return (await isMounted(context, digest, response, signal)) ? 'mounted' : undefined;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** Whether a 201 has mounted the blob: where it does not name it, the registry is asked. */
async function isMounted(
  context: Context,
  digest: Digest,
  { headers }: HttpResponse,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (headers['docker-content-digest'] === digest || decoded(headers.location).includes(digest)) return true;
  const call = { ...beginCall(context, digest, signal), url: urlOf(context, `blobs/${digest}`) };
  const response = await context.exchange.call({ ...call, method: 'HEAD', expect: [200], retry: false });
  response.discard();
  return true;
}

function decoded(location: string | undefined): string {
  return (location ?? '').replaceAll(/%3a/gi, ':');
}

function beginCall(context: Context, digest: Digest, signal: AbortSignal | undefined) {
  return {
    ...callOf(context, 'push', signal, 'such repository'),
    doing: `push the blob ${subjectOf(context, digest)}`,
    method: 'POST',
    url: urlOf(context, 'blobs/uploads/'),
    headers: { 'content-length': '0' },
  };
}

/** How far the upload got; undefined when the registry has forgotten about it, or does not say: then it is begun again. */
export async function askUpload(
  context: Context,
  session: Session,
  signal: AbortSignal | undefined,
): Promise<Session | undefined> {
  try {
    const response = await context.exchange.call({
      ...sessionCall(context, session, signal),
      method: 'GET',
      expect: [204],
      retry: 'when asked',
    });
    response.discard();
    return sessionOf(context, response, offsetOf(response), session);
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof RegistryError) return undefined;
    throw error;
  }
}

/** Cancels an upload as a best effort: the registry clears what is left over some day. */
export async function cancelUpload(context: Context, session: Session): Promise<void> {
  const signal = AbortSignal.timeout(2_000);
  const call = { ...sessionCall(context, session, signal), method: 'DELETE', expect: [204], retry: false };
  await context.exchange.call(call).then(
    (response) => response.discard(),
    () => {},
  );
}

export function sessionCall(
  context: Context,
  { location }: Session,
  signal: AbortSignal | undefined,
): Omit<Call, 'method' | 'expect'> {
  return {
    ...callOf(context, 'push', signal, 'such upload'),
    doing: `go on with an upload to ${context.registry}/${context.repository}`,
    url: location,
  };
}

/** The session after an answer: registries may move an upload with each one. */
export function sessionOf(
  context: Context,
  response: HttpResponse,
  offset: number,
  previous: Session | undefined,
): Session {
  const { location, 'oci-chunk-min-length': minimum } = response.headers;
  const minChunk = Number(minimum ?? previous?.minChunk ?? 0) || 0;
  const url = location === undefined ? previous?.location : URL.parse(location, response.url.href);
  if (url === null || url === undefined) {
    const { repository, registry } = context;
    throw new RegistryError(
      `cannot push to ${registry}/${repository}: the registry did not say where to upload to`,
      {
        method: 'POST',
        url: response.url.origin + response.url.pathname,
        status: response.status,
        code: undefined,
      },
    );
  }
  // A registry behind a proxy that ends TLS may take itself for plain http.
  const { hostname, protocol, port } = context.endpoint.url;
  if (url.hostname === hostname && protocol === 'https:') {
    if (url.protocol === 'http:') url.port = port;
    url.protocol = 'https:';
  }
  return { location: url, offset, minChunk };
}

/** `Range: 0-<last byte>`; distribution says 0-0 for one byte and for none, so that we take it for none. */
export function offsetOf(response: HttpResponse): number {
  const last = /^(?:bytes=)?0-(?<last>\d+)$/.exec(String(response.headers.range ?? ''))?.groups?.last;
  return last === undefined || last === '0' ? 0 : Number(last) + 1;
}

/** The other repository, where it is one of the same registry. */
function mountSource(context: Context, from: PushOptions['from']): string | undefined {
  const other = from as { readonly registry?: unknown; readonly repository?: unknown } | undefined;
  if (other?.registry !== context.registry || typeof other.repository !== 'string') return undefined;
  return other.repository === context.repository ? undefined : other.repository;
}
