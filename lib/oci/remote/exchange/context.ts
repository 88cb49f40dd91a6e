import type { RetryOptions } from '#lib/http';
import type { Descriptor } from '../../model/descriptor.ts';
import { isManifestType } from '../../model/media-types.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { Exchange } from './exchange.ts';

/** What every request to one repository needs. */
export interface Context {
  readonly registry: string;
  readonly repository: string;
  readonly endpoint: Endpoint;
  readonly exchange: Exchange;
  readonly retry: RetryOptions;
  readonly chunkSize: number | undefined;
}

type Action = 'pull' | 'push' | 'delete';

/** The parts of a call that say where it goes, what it needs, and what is not there after a 404. */
export function callOf(
  context: Context,
  action: Action,
  signal: AbortSignal | undefined,
  missing: 'such image' | 'such blob' | 'such repository' | 'such upload' = 'such image',
) {
  const { registry, repository, endpoint } = context;
  return { registry, repository, endpoint, signal, missing, scopes: [scopeOf(repository, action)] } as const;
}

/** Scope of a token; one that may push may pull, too, so that a push needs one token. */
export function scopeOf(repository: string, action: Action): string {
  return `repository:${repository}:${action === 'push' ? 'pull,push' : action}`;
}

export function urlOf({ endpoint, repository }: Context, path: string): URL {
  return new URL(`${repository}/${path}`, endpoint.url);
}

export function pathOf({ mediaType, digest }: Descriptor): string {
  return `${isManifestType(mediaType) ? 'manifests' : 'blobs'}/${digest}`;
}

export function subjectOf({ registry, repository }: Context, tagOrDigest: string): string {
  return `${registry}/${repository}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`;
}
