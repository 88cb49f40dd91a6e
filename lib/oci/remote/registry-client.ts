import type { RetryOptions } from '#lib/http';
import { quoted } from '#lib/text';
import { RegistryError, UnauthorizedError } from '../model/errors.ts';
import { parseReference, type Reference } from '../model/reference.ts';
import { type Authenticator, createAuthenticator } from './auth/authenticator.ts';
import type { Credentials } from './auth/credential.ts';
import { readCredentials } from './auth/credentials.ts';
import { fetchToken } from './auth/token.ts';
import { createExchange, type Exchange } from './exchange/exchange.ts';
import { CERTIFICATE_FOLDERS } from './http/agents.ts';
import { createEndpoint, type Endpoint, isLoopback } from './http/endpoint.ts';
import { DEFAULT_RETRY } from './http/retry.ts';
import { createTransport } from './http/transport.ts';
import { createRepository, type Repository } from './repository.ts';

export interface RegistryOptions {
  /** Credentials for each registry; by default those of docker's and podman's files. */
  readonly credentials?: Credentials;
  /** By registry: whether it speaks plain http. Without an entry only a registry on loopback does. */
  readonly plainHttp?: Readonly<Record<string, boolean>>;
  /** PEM certificates of authorities to trust beside the system's. */
  readonly ca?: readonly string[];
  /** Folders with certificates by registry; by default podman's and docker's certs.d. */
  readonly certificateFolders?: readonly string[];
  /**
   * Registries, as they stand in a reference, that the user wants to use without verification: https with any
   * certificate, or else plain http. What they lead to (a token server, a store of blobs) is not verified either.
   */
  readonly unverified?: readonly string[];
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY; by default those of the environment. None is used for this machine. */
  readonly proxy?: Readonly<Record<string, string | undefined>> | undefined;
  readonly retry?: Partial<RetryOptions>;
  /** Milliseconds without a byte after which a connection counts as dead; 60 s by default. */
  readonly idleTimeout?: number;
  readonly userAgent?: string;
  /** Largest piece of an upload in bytes; without it a blob is sent in one. */
  readonly chunkSize?: number;
  /** Told about every wait before another try. */
  readonly onRetry?: (what: string, milliseconds: number) => void;
}

/** Connections, tokens and credentials for any number of registries. */
export interface RegistryClient extends Disposable {
  /** One repository as a target; a tag or digest in the name is not looked at. */
  repository(name: string | Reference): Repository;
  /** Closes idle connections; what is under way goes on. */
  close(): void;
}

const IDLE_TIMEOUT = 60_000;

export function createRegistryClient(options: RegistryOptions = {}): RegistryClient {
  const transport = createTransport({
    idleTimeout: options.idleTimeout ?? IDLE_TIMEOUT,
    ca: options.ca ?? [],
    certificateFolders: options.certificateFolders ?? CERTIFICATE_FOLDERS,
    proxy: options.proxy ?? process.env,
  });
  const userAgent = options.userAgent ?? 'bootc-catalog';
  const endpoints = new Map<string, Endpoint>();
  const endpointOf = (registry: string): Endpoint => {
    const choice = {
      plainHttp: options.plainHttp?.[registry],
      isInsecure: options.unverified?.includes(registry) ?? false,
    };
    const ping = (url: URL) =>
      transport.send({ method: 'GET', url, headers: { 'user-agent': userAgent }, unverified: true }).then(
        (response) => {
          response.discard();
          return response.status;
        },
        () => undefined,
      );
    const endpoint = endpoints.get(registry) ?? createEndpoint(registry, choice, ping);
    endpoints.set(registry, endpoint);
    return endpoint;
  };
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const exchange: Exchange = createExchange({
    transport,
    retry,
    authenticator: (): Authenticator => authenticator,
    userAgent,
    onRetry: options.onRetry,
  });
  const authenticator = createAuthenticator(options.credentials ?? readCredentials(), async (request) => {
    const endpoint = endpointOf(request.registry);
    refuseLeak(request.realm, endpoint, request);
    const unverified = endpoint.isInsecure;
    return fetchToken(request, (token) =>
      exchange.plain(
        { ...token, unverified },
        `log in to ${request.registry}`,
        request.isOptional ? 1 : retry.attempts,
      ),
    );
  });
  const close = () => transport.close();
  return {
    repository(name) {
      const reference = typeof name === 'string' ? parseReference(name) : name;
      const { registry, repository } = reference;
      return createRepository({
        registry,
        repository,
        endpoint: endpointOf(registry),
        exchange,
        retry,
        chunkSize: options.chunkSize,
      });
    },
    close,
    [Symbol.dispose]: close,
  };
}

/**
 * A password goes over plain http only where its user said so, or to this machine from this machine: a registry behind TLS
 * must not talk us into sending it in the clear.
 */
function refuseLeak(
  realm: string,
  endpoint: Endpoint,
  { registry, credential }: Parameters<typeof fetchToken>[0],
) {
  const url = URL.parse(realm);
  const answer = { method: 'GET', url: endpoint.url.href, status: 401, code: 'UNAUTHORIZED' };
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RegistryError(
      `cannot log in to ${registry}: its token server ${quoted(realm)} is no URL`,
      answer,
    );
  }
  const isLocal = endpoint.url.protocol === 'http:' && isLoopback(url.host);
  if (credential === undefined || url.protocol === 'https:' || endpoint.mayBePlain || isLocal) return;
  throw new UnauthorizedError(
    `cannot log in to ${registry}: its token server ${url.origin} would get the password unencrypted`,
    answer,
    { hint: `if that may be, say so: --insecure ${registry}, for a task TLSVERIFY=false` },
  );
}
