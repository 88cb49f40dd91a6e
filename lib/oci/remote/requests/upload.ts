import { isTransientStatus, pause, waitBefore } from '#lib/http';
import { streamOf } from '../../model/content.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { NotFoundError, RegistryError, UnreachableError } from '../../model/errors.ts';
import { DigestMismatchError } from '../../model/mismatch.ts';
import { createSlicer, type Slicer } from '../../model/slicer.ts';
import type { Content, Pushed, PushOptions } from '../../model/target.ts';
import { withoutCheck } from '../../model/verify.ts';
import { type Context, subjectOf } from '../exchange/context.ts';
import { isTransientCode } from '../http/retry.ts';
import { isSurelyThere } from './exists.ts';
import {
  askUpload,
  beginUpload,
  cancelUpload,
  type Session,
  sessionCall,
  sessionOf,
} from './upload-session.ts';

interface Upload {
  readonly context: Context;
  readonly descriptor: Descriptor;
  readonly content: Content;
  readonly signal: AbortSignal | undefined;
}

/** Bytes below which sending again takes less time than asking. */
const WORTH_RESUMING = 1024 * 1024;

/**
 * Uploads a blob in one request, or in chunks where the client is told so. When that breaks, the registry is asked how
 * much it has, and gets the rest.
 */
export async function uploadBlob(
  context: Context,
  descriptor: Descriptor,
  content: Content,
  options: PushOptions,
): Promise<Pushed> {
  const upload = { context, descriptor, content, signal: options.signal };
  let session = await beginUpload(context, descriptor, options);
  let furthest = 0;
  for (let attempt = 1; ; attempt++) {
    if (session === 'mounted' || session === 'there') return session;
    try {
      await send(upload, session);
      return 'pushed';
    } catch (error) {
      const wait = isTransient(error) ? waitBefore(attempt, retryAfterOf(error), context.retry) : undefined;
      if (wait === undefined || attempt >= context.retry.attempts) {
        await cancelUpload(context, session);
        throw explain(error, upload);
      }
      await pause(wait, options.signal);
      const next = await resume(upload, session);
      if (next === 'done') return 'pushed';
      if (typeof next !== 'string' && next.offset > furthest) {
        // The upload gets on, if slowly.
        furthest = next.offset;
        attempt = 0;
      }
      session = next;
    }
  }
}

async function send(upload: Upload, session: Session): Promise<void> {
  const { context, descriptor, content } = upload;
  const slicer = createSlicer(withoutCheck(streamOf(content)));
  try {
    await slicer.skip(session.offset);
    const chunkSize = Math.max(context.chunkSize ?? Number.POSITIVE_INFINITY, session.minChunk);
    let current = session;
    // The rest goes into the last request, unless the registry has a part already: then it takes no body there.
    while (
      descriptor.size - current.offset > chunkSize ||
      (current.offset > 0 && current.offset < descriptor.size)
    ) {
      current = await sendChunk(upload, current, slicer, chunkSize);
    }
    await finish(upload, current, slicer);
  } finally {
    await slicer.close();
  }
}

async function sendChunk(
  { context, descriptor, signal }: Upload,
  session: Session,
  slicer: Slicer,
  chunkSize: number,
): Promise<Session> {
  const size = Math.min(chunkSize, descriptor.size - session.offset);
  const end = session.offset + size;
  const response = await context.exchange.call({
    ...sessionCall(context, session, signal),
    doing: `push the blob ${subjectOf(context, descriptor.digest)}`,
    method: 'PATCH',
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `${session.offset}-${end - 1}`,
    },
    body: () => slicer.take(size),
    size,
    expect: [202],
    retry: false,
  });
  response.discard();
  return sessionOf(context, response, end, session);
}

async function finish(
  { context, descriptor, signal }: Upload,
  session: Session,
  slicer: Slicer,
): Promise<void> {
  const { digest } = descriptor;
  const size = descriptor.size - session.offset;
  const url = new URL(session.location);
  url.searchParams.set('digest', digest);
  const response = await context.exchange.call({
    ...sessionCall(context, session, signal),
    doing: `push the blob ${subjectOf(context, digest)}`,
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/octet-stream', ...(size === 0 ? { 'content-length': '0' } : {}) },
    ...(size === 0 ? {} : { body: () => slicer.take(size, { last: true }), size }),
    // The specification allows 201 alone, but some registries answer 204.
    expect: [201, 204],
    retry: false,
  });
  response.discard();
}

/** What to do after a failure: the blob may have arrived, in part or in full. */
async function resume(upload: Upload, session: Session): Promise<Session | 'mounted' | 'there' | 'done'> {
  const { context, descriptor, signal } = upload;
  if (await isSurelyThere(context, descriptor, { signal })) return 'done';
  const asked = await askUpload(context, session, signal);
  if (asked !== undefined && asked.offset >= WORTH_RESUMING && asked.offset <= descriptor.size) return asked;
  await cancelUpload(context, session);
  return beginUpload(context, descriptor, { signal });
}

/** Whether a new upload can help, also where the registry has lost this one, or counts otherwise than we do. */
function isTransient(error: unknown): boolean {
  if (error instanceof NotFoundError) return true;
  if (error instanceof UnreachableError) return isTransientCode(error.code, true);
  return error instanceof RegistryError && (isTransientStatus(error.status) || error.status === 416);
}

function retryAfterOf(error: unknown): string | undefined {
  return error instanceof RegistryError ? error.retryAfter : undefined;
}

function explain(error: unknown, { context, descriptor }: Upload): unknown {
  if (!(error instanceof RegistryError) || error.code !== 'DIGEST_INVALID') return error;
  const what = subjectOf(context, descriptor.digest);
  return new DigestMismatchError(`cannot push the blob ${what}: the bytes are others than its digest says`, {
    expected: descriptor.digest,
    cause: error,
  });
}
