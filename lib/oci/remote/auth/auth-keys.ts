/** Names that are Docker Hub's, the one of references first. */
const HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** How docker spells it for helpers and stores. */
export const HUB_SERVER = 'https://index.docker.io/v1/';

/**
 * The value for a repository: under its own name, else that of the namespaces that it is in, else of its registry; and
 * where none of them is there, under a key that is a URL of the registry, as docker once wrote them (containers/image
 * pkg/docker/config, findCredentialsInFile).
 */
export function findKey<T>(
  values: ReadonlyMap<string, T>,
  registry: string,
  repository: string,
): readonly [key: string, value: T] | undefined {
  const hosts = registry === 'docker.io' ? HUB : [registry];
  const parts = repository.split('/');
  const paths = parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
  for (const path of [...paths, '']) {
    for (const host of hosts) {
      const value = values.get(`${host}${path}`);
      if (value !== undefined) return [`${host}${path}`, value];
    }
  }
  return [...values].find(([key]) => hosts.includes(hostOfUrl(key) ?? ''));
}

/** Host of a key with a scheme; keys without one are names as they stand, so that `quay.io/` is none. */
function hostOfUrl(key: string): string | undefined {
  const bare = key.replace(/^http:\/\//, '').replace(/^https:\/\//, '');
  return bare === key ? undefined : bare.split('/', 1)[0];
}
