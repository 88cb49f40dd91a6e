import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import type { Account } from './access.ts';
import { type Answer, refusal } from './answer.ts';
import { makeAuthority } from './authority.ts';
import type { ClusterObject } from './object.ts';
import { type Context, respond } from './respond.ts';
import { makeStore } from './store.ts';

export interface ClusterApiOptions {
  /** ConfigMaps, Secrets, custom resources of Konflux, Roles and bindings; any other kind is left out. */
  readonly objects: readonly ClusterObject[];
  /** Objects that name none are in this one. */
  readonly namespace: string;
}

/** The API of a cluster over objects that were given: what the steps of one run see of Kubernetes. */
export interface ClusterApi {
  /** Certificate of the authority that vouches for it, in PEM. */
  readonly ca: string;
  /** @returns the token by which an account is known until it is revoked */
  readonly admit: (account: Account) => string;
  readonly revoke: (token: string) => void;
  /** Answers whoever connects to a listener, which may be in another network namespace. */
  readonly serve: (listener: Server) => void;
  /** Has each object that changed told to somebody, before whoever changed it has an answer. */
  readonly watch: (changed: (object: ClusterObject) => Promise<void>) => void;
  /** Ends connections; listeners are closed by whoever opened them. */
  readonly close: () => void;
}

/** Bytes of a request (apiserver, DefaultMaxRequestBodyBytes). */
const MOST = 3 * 1024 * 1024;

/**
 * Serves get, merge patch of a status and SelfSubjectAccessReview over TLS, as a kube-apiserver answers them, to whoever
 * has a token; refuses anything else by name. It listens nowhere by itself.
 *
 * @throws {ClusterObjectError} for objects that a cluster would not hold
 */
export function openClusterApi({ objects, namespace }: ClusterApiOptions): ClusterApi {
  const { ca, certificate, key } = makeAuthority();
  const watchers: ((object: ClusterObject) => Promise<void>)[] = [];
  const context: Context = {
    store: makeStore(objects, namespace),
    changed: async (object) => {
      for (const changed of watchers) await changed(object);
    },
  };
  const accounts = new Map<string, Account>();
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certificate, key }, (request, response) => {
    answer(request, accounts, context).then(
      (said) => send(response, said),
      () => response.destroy(),
    );
  });
  return {
    ca,
    admit: (account) => {
      const token = randomBytes(32).toString('base64url');
      accounts.set(token, account);
      return token;
    },
    revoke: (token) => {
      accounts.delete(token);
    },
    serve: (listener) => {
      listener.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        // A client that does not trust the certificate goes away in the middle.
        socket.on('error', () => socket.destroy());
        server.emit('connection', socket);
      });
    },
    watch: (changed) => {
      watchers.push(changed);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

async function answer(
  request: IncomingMessage,
  accounts: ReadonlyMap<string, Account>,
  context: Context,
): Promise<Answer> {
  const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const account = accounts.get(token);
  if (account === undefined) return refusal('Unauthorized', 'Unauthorized');
  const url = URL.parse(request.url ?? '', 'https://kubernetes');
  if (url === null) return refusal('BadRequest', 'the address of the request is none');
  const body = await bodyOf(request);
  if (body === undefined)
    return refusal('RequestEntityTooLarge', `Request entity too large: limit is ${MOST}`);
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  return respond({ method: request.method ?? '', url, contentType, body, account }, context);
}

/** @returns undefined for one that is too long */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MOST) chunks.push(chunk);
  }
  return size > MOST ? undefined : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { code, body }: Answer): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
