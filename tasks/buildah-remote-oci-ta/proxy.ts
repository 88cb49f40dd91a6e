import { ExpectedError } from '#lib/errors';
import { hasUserinfo, printable } from '#lib/text';

/** HTTP_PROXY or NO_PROXY cannot be understood. */
export class InvalidProxyError extends ExpectedError {
  override readonly name = 'InvalidProxyError';
  override readonly kind = 'invalid';
}

/**
 * The variables that name the proxy for pulling images, as Node.js reads them; none where there is no HTTP_PROXY. Both
 * params are written as for Go (golang.org/x/net/http/httpproxy): an address may stand without its scheme, a name in
 * NO_PROXY means what is below it, too, and networks are written with a slash.
 *
 * @throws {InvalidProxyError}
 */
export function imageProxy(given: {
  readonly HTTP_PROXY: string;
  readonly NO_PROXY: string;
}): Readonly<Record<string, string>> | undefined {
  if (given.HTTP_PROXY === '') return undefined;
  const url = given.HTTP_PROXY.includes('://') ? given.HTTP_PROXY : `http://${given.HTTP_PROXY}`;
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.hostname === '') {
    // Nobody knows where a password stands in what is no address.
    const shown = hasUserinfo(url) || url.includes('@') ? '' : ` ${printable(given.HTTP_PROXY)}`;
    throw new InvalidProxyError(`HTTP_PROXY${shown} is no address of a proxy`, {
      hint: 'write it as proxy.example:3128 or http://proxy.example:3128',
    });
  }
  const names = given.NO_PROXY.split(',').map((name) => name.trim());
  const NO_PROXY = names
    .filter((name) => name !== '')
    .flatMap(exception)
    .join();
  return { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY };
}

function exception(name: string): readonly string[] {
  if (name === '*' || name.startsWith('.')) return [name];
  if (name.startsWith('*.')) return [name.slice(1)];
  if (name.includes('/')) return [rangeOf(name)];
  const isAddress = /^[\d.]+(?::\d+)?$/.test(name) || name.startsWith('[') || name.split(':').length > 2;
  return isAddress ? [name] : [name, `.${name}`];
}

/** `10.0.0.0/8` as the range that Node.js knows. */
function rangeOf(network: string): string {
  const [, address = '', bits = ''] = /^(\d+(?:\.\d+){3})\/(\d+)$/.exec(network) ?? [];
  const bytes = address.split('.').map(Number);
  if (address === '' || bytes.some((byte) => byte > 255) || Number(bits) > 32) {
    throw new InvalidProxyError(`NO_PROXY has ${printable(network)}, which is no IPv4 network`, {
      hint: 'write networks as 10.0.0.0/8, and hosts by their names',
    });
  }
  const size = 2 ** (32 - Number(bits));
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = number - (number % size);
  return `${dotted(first)}-${dotted(first + size - 1)}`;
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
