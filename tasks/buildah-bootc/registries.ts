const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** The registry of a reference: what stands before the first slash, where that looks like a host. */
function registryOf(reference: string): string | undefined {
  const [host = '', ...rest] = reference.replace(/^docker:\/\//, '').split('/');
  return rest.length > 0 && /[.:]|^localhost$|^\[/.test(host) ? host : undefined;
}

/**
 * registries.conf of a build (containers-registries.conf(5)): certificates are verified, except on loopback and
 * for the registry that the user said so of. Short names are refused: what they mean depends on the machine.
 */
export function registriesConf(
  references: readonly string[],
  { unverified }: { unverified: readonly string[] },
): string {
  const hosts = (list: readonly string[]) => list.map(registryOf).filter((host) => host !== undefined);
  const insecure = new Set([
    ...hosts(references).filter((host) => loopback.test(host)),
    ...hosts(unverified),
  ]);
  return [
    'short-name-mode = "disabled"',
    'unqualified-search-registries = []',
    ...[...insecure]
      .sort()
      .map((host) => `\n[[registry]]\nlocation = ${JSON.stringify(host)}\ninsecure = true`),
    '',
  ].join('\n');
}
