import { CredentialsError } from '../../model/errors.ts';
import type { Challenge } from './challenge.ts';
import type { Credential, Credentials } from './credential.ts';

/** Gets a token from the realm that a challenge names. */
export type FetchToken = (request: TokenRequest) => Promise<Token>;

export interface TokenRequest {
  readonly registry: string;
  readonly realm: string;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
  readonly isOptional: boolean;
  /** Why there is no credential, where there should be one. */
  readonly trouble: CredentialsError | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface Token {
  readonly value: string;
  /** In milliseconds since 1970. */
  readonly expires: number;
}

export interface AuthRequest {
  readonly registry: string;
  readonly repository: string;
  /** Such as `repository:a/b:pull,push`. */
  readonly scopes: readonly string[];
  /** Set where the request can do without a token, which is then not worth waiting for. */
  readonly isTokenOptional?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Knows what each registry asked for, and keeps the tokens it gave. */
export interface Authenticator {
  /** The Authorization header to start with; undefined until a registry has asked for one. */
  header(request: AuthRequest): Promise<string | undefined>;
  /** The header that answers a challenge: a token that was refused is not used again. */
  answer(
    challenge: Challenge,
    request: AuthRequest,
    refused: string | undefined,
  ): Promise<string | undefined>;
  /** Why we are anonymous at a registry, where its credentials could not be read. */
  trouble(registry: string): CredentialsError | undefined;
}

/** Tokens that end while the request is on its way are no use. */
const EARLY = 10_000;

export function createAuthenticator(credentials: Credentials, fetchToken: FetchToken): Authenticator {
  const challenges = new Map<string, Challenge>();
  const tokens = new Map<string, { readonly scopes: readonly string[]; readonly token: Promise<Token> }[]>();
  const troubles = new Map<string, CredentialsError>();

  /**
   * Where a helper fails we go on anonymously, as docker does, since public content needs no user. A helper that hangs
   * is asked once.
   */
  const credential = async ({ registry, repository }: AuthRequest) => {
    if (troubles.has(registry)) return undefined;
    try {
      return await credentials(registry, repository);
    } catch (error) {
      if (!(error instanceof CredentialsError) || !error.mayBeNobody) throw error;
      troubles.set(registry, error);
      return undefined;
    }
  };

  const bearer = async (challenge: Challenge, request: AuthRequest, wanted: readonly string[]) => {
    const cached = tokens.get(request.registry) ?? [];
    tokens.set(request.registry, cached);
    const found = cached.find(({ scopes }) => coversAll(scopes, wanted));
    if (found !== undefined) {
      const token = await found.token;
      if (token.expires - EARLY > Date.now()) return `Bearer ${token.value}`;
      remove(cached, found);
    }
    const entry = {
      scopes: wanted,
      token: (async () =>
        fetchToken({
          registry: request.registry,
          realm: challenge.realm as string,
          service: challenge.service,
          scopes: wanted,
          credential: await credential(request),
          trouble: troubles.get(request.registry),
          isOptional: request.isTokenOptional === true,
          signal: request.signal,
        }))(),
    };
    cached.push(entry);
    try {
      return `Bearer ${(await entry.token).value}`;
    } catch (error) {
      remove(cached, entry);
      throw error;
    }
  };

  const header = async (challenge: Challenge, request: AuthRequest, wanted = request.scopes) => {
    if (challenge.scheme === 'bearer') return bearer(challenge, request, wanted);
    const known = await credential(request);
    return known && basicHeader(known);
  };

  return {
    trouble: (registry) => troubles.get(registry),
    async header(request) {
      const challenge = challenges.get(request.registry);
      return challenge && header(challenge, request);
    },
    async answer(challenge, request, refused) {
      challenges.set(request.registry, challenge);
      const cached = tokens.get(request.registry) ?? [];
      for (const entry of cached.slice()) {
        const token = await entry.token.catch(() => undefined);
        if (token === undefined || `Bearer ${token.value}` === refused) remove(cached, entry);
      }
      const asked = challenge.scope?.split(' ').filter((scope) => scope !== '') ?? [];
      return header(challenge, request, union(request.scopes, asked));
    },
  };
}

export function basicHeader({ username, password }: Credential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function coversAll(have: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((scope) => have.some((other) => covers(other, scope)));
}

/** `repository:a:pull,push` covers `repository:a:pull`. */
function covers(have: string, wanted: string): boolean {
  const [haveName, haveActions] = splitScope(have);
  const [wantedName, wantedActions] = splitScope(wanted);
  return haveName === wantedName && wantedActions.every((action) => haveActions.includes(action));
}

function splitScope(scope: string): readonly [string, readonly string[]] {
  const colon = scope.lastIndexOf(':');
  return [scope.slice(0, colon), scope.slice(colon + 1).split(',')];
}

function union(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  return [...ours, ...theirs.filter((scope) => !coversAll(ours, [scope]))];
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index !== -1) list.splice(index, 1);
}
