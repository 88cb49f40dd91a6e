/** A package URL in its parts (package-url/purl-spec). */
export interface Purl {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** @returns undefined for text that is none */
export function parsePurl(text: string): Purl | undefined {
  const match = /^pkg:([a-z][a-z0-9.+-]*)\/(.+)$/i.exec(text.split('#')[0] ?? '');
  if (match === null) return undefined;
  const [, type = '', rest = ''] = match;
  const [path = '', query = ''] = rest.split('?');
  const at = path.lastIndexOf('@');
  const named = at < 0 ? path : path.slice(0, at);
  return {
    type: type.toLowerCase(),
    name: decoded(named.slice(named.lastIndexOf('/') + 1)),
    version: at < 0 ? '' : decoded(path.slice(at + 1)),
    qualifiers: new Map(
      query
        .split('&')
        .filter((one) => one.includes('='))
        .map((one) => [one.slice(0, one.indexOf('=')), decoded(one.slice(one.indexOf('=') + 1))] as const),
    ),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
