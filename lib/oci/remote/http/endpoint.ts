/** Where a registry is, and by which scheme it is reached. */
export interface Endpoint {
  /** The URL as far as it is known: https until a registry that may speak either has been asked. */
  readonly url: URL;
  /** Whether its user said that encryption and certificates do not count. */
  readonly isInsecure: boolean;
  /** Whether a password may go there without encryption. */
  readonly mayBePlain: boolean;
  /** The same URL by the scheme that the registry speaks. */
  locate(url: URL): Promise<URL>;
}

export interface EndpointOptions {
  readonly plainHttp: boolean | undefined;
  readonly isInsecure: boolean;
}

/** The status of an answer to GET; undefined where none came. */
export type Ping = (url: URL) => Promise<number | undefined>;

/**
 * An insecure registry is asked by https first, then by http, as containers/image does for `--tls-verify=false`
 * (docker/docker_client.go, detectPropertiesHelper). While neither answers it is asked again.
 */
export function createEndpoint(registry: string, options: EndpointOptions, ping: Ping): Endpoint {
  const { plainHttp, isInsecure } = options;
  const secure = endpointOf(registry, false);
  const plain = endpointOf(registry, true);
  const known = isInsecure && plainHttp === undefined ? undefined : endpointOf(registry, plainHttp);
  let settled = known;
  let asking: Promise<URL | undefined> | undefined;

  const ask = async () => {
    if ((await ping(secure)) !== undefined) return secure;
    const status = await ping(plain);
    return status === 200 || status === 401 ? plain : undefined;
  };
  return {
    get url() {
      return settled ?? secure;
    },
    isInsecure,
    mayBePlain: isInsecure || plainHttp === true,
    async locate(url) {
      if (settled === undefined) {
        asking ??= ask();
        settled = await asking;
        asking = undefined;
      }
      return settled === plain && url.origin === secure.origin
        ? new URL(url.pathname + url.search, plain)
        : url;
    },
  };
}

/** Where a registry's API is: Docker Hub's is not where its name says. */
export function endpointOf(registry: string, plainHttp: boolean | undefined): URL {
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const isPlain = plainHttp ?? isLoopback(host);
  return new URL(`${isPlain ? 'http' : 'https'}://${host}/v2/`);
}

/** 127.0.0.0/8, ::1 and localhost: what is sent there does not leave the machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
