import type { Descriptor } from '../descriptor.ts';
import { isManifestType } from '../media-types.ts';
import type { Exchange } from './exchange.ts';
import type { RetryOptions } from './retry.ts';

/** What every request to one repository needs. */
export interface Context {
  readonly registry: string;
  readonly repository: string;
  readonly endpoint: URL;
  readonly exchange: Exchange;
  readonly retry: RetryOptions;
  readonly chunkSize: number | undefined;
}

type Action = 'pull' | 'push' | 'delete';

/** The parts of a call that say where it goes and what it needs. */
export function callOf(context: Context, action: Action, signal: AbortSignal | undefined) {
  const { registry, repository, endpoint } = context;
  return { registry, repository, endpoint, signal, scopes: [scopeOf(repository, action)] } as const;
}

/** Who pushes may always pull: one token for both. */
export function scopeOf(repository: string, action: Action): string {
  return `repository:${repository}:${action === 'push' ? 'pull,push' : action}`;
}

export function urlOf({ endpoint, repository }: Context, path: string): URL {
  return new URL(`${repository}/${path}`, endpoint);
}

export function pathOf({ mediaType, digest }: Descriptor): string {
  return `${isManifestType(mediaType) ? 'manifests' : 'blobs'}/${digest}`;
}

export function subjectOf({ registry, repository }: Context, tagOrDigest: string): string {
  return `${registry}/${repository}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`;
}
