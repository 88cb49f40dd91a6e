import { isLoopback } from '#lib/oci';

/** Loopback as a Containerfile names it; a location without a port stands for any port. */
const usual = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * registries.conf of a build (containers-registries.conf(5)): certificates are verified, except on loopback, also at
 * such an address as `references` names. Short names are refused: what they mean depends on the machine.
 */
export function registriesConf(references: readonly string[]): string {
  const named = references.flatMap((reference) => hostOf(reference) ?? []).filter(isLoopback);
  return [
    'short-name-mode = "disabled"',
    'unqualified-search-registries = []',
    ...[...new Set([...usual, ...named])]
      .sort()
      .map((host) => `\n[[registry]]\nlocation = ${JSON.stringify(host)}\ninsecure = true`),
    '',
  ].join('\n');
}

/** The host of a reference, without its port: what stands before the first slash, where that looks like one. */
function hostOf(reference: string): string | undefined {
  const [registry = '', ...rest] = reference.replace(/^docker:\/\//, '').split('/');
  const isHost = rest.length > 0 && /[.:]|^localhost$|^\[/.test(registry);
  return isHost ? registry.replace(/:\d+$/, '') : undefined;
}
