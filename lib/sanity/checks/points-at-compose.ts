import type { ComposeFacts } from '../facts.ts';

/**
 * Where pungi puts packages, those for debugging and sources of a variant (productmd, `VariantPaths`): the layout of a
 * compose, never of a mirror.
 */
const layout = /\/compose\/[^/]+\/(?:(?:\$\{?\w+\}?|\w+)\/(?:os|debug\/tree)|source\/tree)(?:\/|$)/;

/** Whether an address leads into a compose in progress: one that is given, or any other by its layout. */
export function pointsAtCompose(address: string, composes: readonly ComposeFacts[]): boolean {
  const plain = normal(decoded(address));
  if (layout.test(plain)) return true;
  return composes.some(
    ({ id, url }) => decoded(address).includes(id) || `${plain}/`.startsWith(`${normal(decoded(url))}/`),
  );
}

/** An address with nothing percent-encoded. */
export function decoded(address: string): string {
  return address.replaceAll(/%(?<hex>[0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * One spelling of an address, as curl makes it: no slash or dots, no scheme, no user, no usual port, no query, the host
 * in small letters.
 */
function normal(address: string): string {
  const { host = '', path = '' } =
    /^(?:[a-z][a-z0-9+.-]*:\/+)?(?<host>[^/]*)(?<path>.*)$/is.exec(address)?.groups ?? {};
  const [beforeQuery = ''] = path.split(/[?#]/);
  const parts: string[] = [];
  for (const part of beforeQuery.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const name = host
    .toLowerCase()
    .replace(/^[^@]*@/, '')
    .replace(/:(?:80|443)$/, '')
    .replace(/\.(?=:|$)/, '');
  return [name, ...parts].join('/');
}
