import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { ClusterAccess } from './access.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds for an answer. */
const TIMEOUT = 15_000;
/** Bytes of an answer; etcd keeps no object over 1.5 MiB. */
const MOST = 4 * 1024 * 1024;

/**
 * One GET to the API. The token goes to the server that the cluster's authorities vouch for, and through no proxy.
 *
 * @throws {Error} where no whole answer comes
 */
export async function request(
  { url, ca, token }: ClusterAccess,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { request } = process.getBuiltinModule('node:https');
  const timeout = AbortSignal.timeout(TIMEOUT);
  const outgoing = request(new URL(path, url), {
    ca,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  // Errors after the answer reach the reader of its body.
  outgoing.on('error', () => {});
  outgoing.end();
  const [response] = await answered;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST) throw new Error(`the answer has more than ${MOST} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}
