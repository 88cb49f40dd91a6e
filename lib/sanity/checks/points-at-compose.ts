import type { ComposeFacts } from '../facts.ts';

/** Where pungi puts the packages of a variant and an architecture: the layout of a compose, never of a mirror. */
const layout = /\/compose\/[^/]+\/(?:\$\{?\w+\}?|\w+)\/os(?:\/|$)/;

/** Whether an address leads into a compose in progress: the one that is given, or any other by its layout. */
export function pointsAtCompose(address: string, compose: ComposeFacts | undefined): boolean {
  const plain = normal(decoded(address));
  if (layout.test(plain)) return true;
  if (compose === undefined) return false;
  return decoded(address).includes(compose.id) || `${plain}/`.startsWith(`${normal(decoded(compose.url))}/`);
}

/** An address with nothing percent-encoded. */
function decoded(address: string): string {
  return address.replaceAll(/%(?<hex>[0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** One spelling of an address: no slash twice, no scheme, no user, no query, the host in small letters. */
function normal(address: string): string {
  const { host = '', path = '' } =
    /^(?:[a-z][a-z0-9+.-]*:\/+)?(?<host>[^/]*)(?<path>.*)$/is.exec(address)?.groups ?? {};
  const [beforeQuery = ''] = path.split(/[?#]/);
  const parts = beforeQuery.split('/').filter((part) => part !== '' && part !== '.');
  return [host.toLowerCase().replace(/^[^@]*@/, ''), ...parts].join('/');
}
