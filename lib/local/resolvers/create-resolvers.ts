import type { RegistryClient } from '#lib/oci';
import { UnsupportedError } from '../model/errors.ts';
import type { Objects } from '../objects/objects.ts';
import type { BundleMapping } from './bundle-map.ts';
import { bundleResolver } from './bundles.ts';
import { createResolverCache } from './cache.ts';
import { gitResolver } from './git.ts';
import { httpResolver } from './http.ts';
import type { Resolver, Resolvers } from './resolve.ts';

export interface ResolverOptions {
  readonly client: RegistryClient;
  /** Where passwords for web servers are. */
  readonly secrets?: Objects['secrets'];
  readonly bundleMap?: readonly BundleMapping[];
  /** Where what never changes is kept; by default `$XDG_CACHE_HOME/bootc-catalog/resolved`. */
  readonly cacheDirectory?: string;
}

/** Tekton's own resolvers, as far as they need no cluster. */
export function createResolvers({
  client,
  secrets,
  bundleMap = [],
  cacheDirectory,
}: ResolverOptions): Resolvers {
  const cache = createResolverCache(cacheDirectory);
  return {
    bundles: bundleResolver({ client, cache, map: bundleMap }),
    git: gitResolver(cache),
    http: httpResolver(secrets),
    cluster: refuse('cluster', 'there is no cluster; give the file that has it and refer to it by name'),
    hub: refuse('hub', 'give the URL of the file to the resolver http, or a repository to the resolver git'),
  };
}

function refuse(name: string, hint: string): Resolver {
  return async () => {
    throw new UnsupportedError(`the resolver ${name} needs what is not here`, { hint });
  };
}
