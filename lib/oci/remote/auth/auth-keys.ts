/** The names of Docker Hub, first the one that references use. */
const HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** How docker spells Docker Hub for helpers and stores. */
export const HUB_SERVER = 'https://index.docker.io/v1/';

/**
 * Finds the value for a repository: under its own name, else under that of a namespace that it is in, else under its
 * registry's, and else under a key that is a URL of the registry, as old versions of docker wrote them
 * (containers/image pkg/docker/config, findCredentialsInFile).
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

/** Host of a key with a scheme; a key without one is a name as it stands, so that `quay.io/` does not mean quay.io. */
function hostOfUrl(key: string): string | undefined {
  const bare = key.replace(/^http:\/\//, '').replace(/^https:\/\//, '');
  return bare === key ? undefined : bare.split('/', 1)[0];
}
