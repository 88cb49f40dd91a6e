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
