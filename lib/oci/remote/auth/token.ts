import { collect } from '../../model/content.ts';
import { UnauthorizedError } from '../../model/errors.ts';
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { basicHeader, type Token, type TokenRequest } from './authenticator.ts';

/** Seconds that a token lasts where it does not say so (distribution's "Token Authentication Specification"). */
const DEFAULT_LIFETIME = 60;

/**
 * Asks a token server: by GET with the password, or by POST where we have an identity token (the specification's OAuth2
 * form).
 *
 * @throws {UnauthorizedError} when the server does not know us, or gives no token
 */
export async function fetchToken(
  request: TokenRequest,
  call: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<Token> {
  const { registry } = request;
  const response = await call(httpRequest(request));
  const text = new TextDecoder().decode(await collect(response.body));
  const url = response.url.origin + response.url.pathname;
  if (response.status !== 200) {
    throw new UnauthorizedError(
      `cannot log in to ${registry}: its token server ${url} answered ${response.status}`,
      { method: 'GET', url, status: response.status, code: undefined },
      advice(request),
    );
  }
  const { token, lifetime } = readToken(text);
  if (token === undefined) {
    throw new UnauthorizedError(`cannot log in to ${registry}: its token server ${url} gave no token`, {
      method: 'GET',
      url,
      status: response.status,
      code: undefined,
    });
  }
  return { value: token, expires: Date.now() + lifetime * 1000 };
}

function advice({ registry, credential, trouble }: TokenRequest): { hint: string; cause?: unknown } {
  if (credential !== undefined) return { hint: `check the credentials in ${credential.source}` };
  const hint = trouble?.hint ?? `podman login ${registry}`;
  return trouble === undefined ? { hint } : { hint, cause: trouble };
}

function httpRequest({ realm, service, scopes, credential, signal }: TokenRequest): HttpRequest {
  const url = new URL(realm);
  if (credential?.identityToken !== undefined) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credential.identityToken,
      client_id: 'bootc-catalog',
      scope: scopes.join(' '),
      ...(service === undefined ? {} : { service }),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    return { method: 'POST', url, headers, body: Buffer.from(form.toString()), signal };
  }
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  // docker and podman do not send half a credential to a token server either.
  const isWhole = credential !== undefined && credential.username !== '' && credential.password !== '';
  const authorization = isWhole ? { authorization: basicHeader(credential) } : {};
  return { method: 'GET', url, headers: { accept: 'application/json', ...authorization }, signal };
}

function readToken(text: string): { readonly token: string | undefined; readonly lifetime: number } {
  let answer: Record<string, unknown> = {};
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // An answer that is not JSON has no token.
  }
  const token = [answer.token, answer.access_token].find(
    (value) => typeof value === 'string' && value !== '',
  );
  const lifetime = typeof answer.expires_in === 'number' ? answer.expires_in : DEFAULT_LIFETIME;
  return { token: token as string | undefined, lifetime };
}
