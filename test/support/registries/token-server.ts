import { createSign, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collect } from '#lib/oci';
import type { Certificate } from './certificate.ts';
import { tester } from './registry.ts';

/** One token that was asked for. */
export interface Asked {
  readonly method: string;
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

export interface TokenServer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** For `extra` of `startRegistry`: the registry then believes this server. */
  readonly auth: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

export interface TokenServerOptions {
  /** Seconds that a token counts. */
  readonly lifetime?: number;
  /** Without it only `tester` gets a token. */
  readonly anonymousMayPull?: boolean;
  /** Those who get a token in place of `tester`, by name: each for some repositories alone. */
  readonly users?: Readonly<Record<string, User>>;
  /** An OAuth2 refresh token that counts as `tester`. */
  readonly identityToken?: string;
}

export interface User {
  readonly password: string;
  /** Beginnings of the names of repositories, with what may be done there. */
  readonly may: Readonly<Record<string, readonly ('pull' | 'push')[]>>;
}

const SERVICE = 'the registry';

/** Distribution's token server, as small as it goes: JSON web tokens signed with the certificate's key. */
export async function startTokenServer(
  certificate: Certificate,
  options: TokenServerOptions = {},
): Promise<TokenServer> {
  const { lifetime = 300, anonymousMayPull = false } = options;
  const asked: Asked[] = [];
  const key = await readFile(certificate.key, 'utf8');
  const chain = [new X509Certificate(certificate.pem).raw.toString('base64')];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '', 'http://x');
      const form = new URLSearchParams(Buffer.from(await collect(request)).toString());
      const user = userOf(request, form, options);
      const scopes = [...url.searchParams.getAll('scope'), ...(form.get('scope')?.split(' ') ?? [])];
      asked.push({ method: request.method ?? '', user, scopes });
      if (user === 'nobody' || (user === undefined && !anonymousMayPull)) {
        response.writeHead(401).end('{"details":"no"}');
        return;
      }
      const access = scopes.map((scope) => grant(scope, user, options.users));
      const token = sign({ access, sub: user ?? '' }, lifetime, key, chain);
      response.end(JSON.stringify({ token, expires_in: lifetime }));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    url,
    asked,
    auth: {
      auth: {
        token: { realm: url, service: SERVICE, issuer: 'tests', rootcertbundle: certificate.certificate },
      },
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function userOf(
  request: IncomingMessage,
  form: URLSearchParams,
  { identityToken, users }: TokenServerOptions,
): string | undefined {
  if (form.get('grant_type') === 'refresh_token') {
    return form.get('refresh_token') === identityToken ? tester.username : 'nobody';
  }
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const known = users ?? { [tester.username]: tester };
  const [name] =
    Object.entries(known).find(
      ([user, { password }]) =>
        authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    ) ?? [];
  return name ?? 'nobody';
}

function grant(scope: string, user: string | undefined, users: TokenServerOptions['users']): object {
  const [type = '', name = '', actions = ''] = scope.split(':');
  const may = users?.[user ?? '']?.may;
  const [, allowed = ['pull']] =
    Object.entries(may ?? {}).find(([beginning]) => name.startsWith(beginning)) ?? (may ? ['', []] : []);
  const isAllowed = (action: string) =>
    may || user === undefined ? allowed.includes(action as 'pull') : true;
  return { type, name, actions: actions.split(',').filter(isAllowed) };
}

function sign(claims: object, lifetime: number, key: string, chain: readonly string[]): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: 'JWT', alg: 'ES256', x5c: chain };
  const times = { iat: now, nbf: now - 10, exp: now + lifetime, jti: randomUUID() };
  const payload = { iss: 'tests', aud: SERVICE, ...times, ...claims };
  const text = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('sha256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
