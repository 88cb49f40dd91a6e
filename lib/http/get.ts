import { DownloadError, TooLargeError } from './errors.ts';
import { type Answer, type AskOptions, ask, broken, IDLE_TIMEOUT, refused, stalled } from './exchange.ts';
import { canSucceedLater, waitAfter } from './patience.ts';
import { createStall } from './stall.ts';

export interface GetOptions extends Omit<AskOptions, 'headers' | 'agentFor'> {
  /** Bytes that the document may have. */
  readonly limit: number;
  /** How often it is asked for, where asking again can help. */
  readonly attempts?: number | undefined;
}

export interface Document {
  /** The URL after all redirects. */
  readonly url: URL;
  readonly bytes: Buffer;
}

/**
 * A document by http(s), undefined where the server says that there is none. Redirects lead to the same origin, its https,
 * or a host that is named: whoever owns the address must not choose what else this machine reads.
 *
 * @throws {DownloadError} after trying again what can succeed later: a broken connection, what `isTransientStatus` names
 * @throws {TooLargeError}
 */
export async function get(url: URL, options: GetOptions): Promise<Document | undefined> {
  const { signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(url, options);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadError) || !canSucceedLater(error)) throw error;
      await waitAfter(error, attempt, options);
    }
  }
}

async function once(first: URL, options: GetOptions): Promise<Document | undefined> {
  const answer = await ask(first, options);
  const { statusCode: status } = answer.response;
  if (status === 200) return { url: answer.url, bytes: await collect(answer, options) };
  const refusal = refused(answer);
  if (status === 404 || status === 410) return undefined;
  throw refusal;
}

async function collect({ url, response }: Answer, options: GetOptions): Promise<Buffer> {
  const { limit, signal, idleTimeout = IDLE_TIMEOUT } = options;
  const tooLarge = new TooLargeError(`${url.href} has more than ${limit} bytes`);
  if (Number(response.headers['content-length'] ?? 0) > limit) {
    response.destroy();
    throw tooLarge;
  }
  const stall = createStall(idleTimeout, () => response.destroy(stalled(idleTimeout)));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    stall.start();
    for await (const chunk of response as AsyncIterable<Buffer>) {
      stall.stop(chunk.length);
      size += chunk.length;
      if (size > limit) throw tooLarge;
      chunks.push(chunk);
      stall.start();
    }
  } catch (cause) {
    if (cause instanceof TooLargeError) throw cause;
    throw broken(url, cause, signal);
  } finally {
    stall.stop(0);
  }
  return Buffer.concat(chunks);
}
