import { once } from 'node:events';
import type { Agent, IncomingMessage } from 'node:http';

export interface Question {
  /** The authorities that vouch for the server, in PEM; no others do. Without them those that the agent trusts. */
  readonly ca?: string;
  /** Its connections are used, and its proxy; without it there is no proxy. */
  readonly agent?: Agent;
  readonly headers: Readonly<Record<string, string>>;
  /** A certificate and its key, in PEM, by which the server knows who asks. */
  readonly cert?: string;
  readonly key?: string;
  readonly body?: string;
  /** POST with a body and GET without one, where it is not said. */
  readonly method?: string;
  /** Bytes that the answer may have. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * One request over TLS to a server whose authorities are known, with what it alone may see: never a second time, and to
 * nowhere else, as what the answer leads to is not followed.
 *
 * @param url https
 * @throws {Error} where no whole answer comes; of answers none is an error
 */
export async function askOnce(
  url: URL,
  { body, method = body === undefined ? 'GET' : 'POST', limit, ...options }: Question,
): Promise<{ readonly status: number; readonly text: string; readonly retryAfter: string | undefined }> {
  const { request } = process.getBuiltinModule('node:https');
  const outgoing = request(url, { method, ...options });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // Errors after the answer reach the reader of its body.
  outgoing.on('error', () => {});
  outgoing.end(body);
  const [response] = await answered;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`its answer has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  const { 'retry-after': retryAfter } = response.headers;
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), retryAfter };
}
