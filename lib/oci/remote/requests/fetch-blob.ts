import { pause, waitBefore } from '#lib/http';
import type { Descriptor } from '../../model/descriptor.ts';
import { UnreachableError } from '../../model/errors.ts';
import { markOwned } from '../../model/owned.ts';
import type { Options } from '../../model/target.ts';
import { verified } from '../../model/verify.ts';
import { type Context, callOf, subjectOf, urlOf } from '../exchange/context.ts';
import { isTransientFailure } from '../http/retry.ts';
import { ConnectionFailure, type HttpResponse } from '../http/transport.ts';

/**
 * Bytes that must have come since the last failure for it not to count: a server that gives one byte at a time is given
 * up.
 */
const PROGRESS = 64 * 1024;

/** A blob as one stream: where the connection breaks, it goes on from there by range. */
export function fetchBlob(
  context: Context,
  descriptor: Descriptor,
  { signal }: Options,
): AsyncIterable<Uint8Array> {
  return verified(
    markOwned(resumed(context, descriptor, signal)),
    descriptor,
    `the blob ${subjectOf(context, descriptor.digest)}`,
  );
}

async function* resumed(
  context: Context,
  descriptor: Descriptor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { size } = descriptor;
  let offset = 0;
  let failures = 0;
  for (;;) {
    const start = offset;
    const response = await open(context, descriptor, offset, signal);
    try {
      // A server that knows no ranges starts over.
      let skip = response.status === 206 ? 0 : offset;
      for await (const chunk of response.body) {
        const fresh = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        offset += fresh.length;
        yield fresh;
      }
      if (offset >= size) return;
      throw new ConnectionFailure(`the connection ended after ${offset} of ${size} bytes`, 'ECONNRESET');
    } catch (error) {
      if (!isTransientFailure(error, true)) throw describeFailure(error, context, descriptor, offset);
      failures = offset - start >= PROGRESS ? 1 : failures + 1;
      if (failures >= context.retry.attempts) throw describeFailure(error, context, descriptor, offset);
      await pause(waitBefore(failures, undefined, context.retry) as number, signal);
    }
  }
}

async function open(
  context: Context,
  { digest }: Descriptor,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const response = await context.exchange.call({
    ...callOf(context, 'pull', signal, 'such blob'),
    doing: `fetch the blob ${subjectOf(context, digest)}`,
    method: 'GET',
    url: urlOf(context, `blobs/${digest}`),
    headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
    expect: [200, 206],
  });
  const begins = /^bytes (?<start>\d+)-/.exec(response.headers['content-range'] ?? '')?.groups?.start;
  if (response.status === 206 && begins !== String(offset)) {
    response.discard();
    throw new ConnectionFailure(
      `the server answered another range than the one from ${offset} on`,
      undefined,
    );
  }
  return response;
}

function describeFailure(
  error: unknown,
  context: Context,
  { digest, size }: Descriptor,
  offset: number,
): unknown {
  if (!(error instanceof ConnectionFailure)) return error;
  const url = urlOf(context, `blobs/${digest}`);
  return new UnreachableError(
    `cannot fetch the blob ${subjectOf(context, digest)}: ${error.message} (${offset} of ${size} bytes had come)`,
    { method: 'GET', url: url.href, code: error.code, cause: error },
  );
}
