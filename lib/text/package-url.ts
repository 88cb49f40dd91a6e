/** A package URL in its parts, decoded (https://github.com/package-url/purl-spec). */
export interface PackageUrl {
  /** In small letters. */
  readonly type: string;
  /** Namespace, name and version. */
  readonly path: string;
  readonly name: string;
  /** Empty where there is none. */
  readonly version: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** Reads a package URL; undefined where the text is none. A subpath is left out. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const [, type, path, query = ''] =
    /^pkg:([a-z][a-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?(?:#.*)?$/is.exec(text) ?? [];
  if (type === undefined || path === undefined) return undefined;
  const at = path.lastIndexOf('@');
  const named = at === -1 ? path : path.slice(0, at);
  const pairs = query.split('&').filter((pair) => pair.includes('='));
  return {
    type: type.toLowerCase(),
    path: decoded(path),
    name: decoded(named.slice(named.lastIndexOf('/') + 1)),
    version: at === -1 ? '' : decoded(path.slice(at + 1)),
    qualifiers: new Map(
      pairs.map((pair) => {
        const equals = pair.indexOf('=');
        return [pair.slice(0, equals), decoded(pair.slice(equals + 1))] as const;
      }),
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
