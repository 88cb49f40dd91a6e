/** What tells packages apart, of a package URL (https://github.com/package-url/purl-spec). */
export interface PackageUrl {
  readonly type: string;
  /** Namespace, name and version, decoded. */
  readonly path: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** Reads a package URL; undefined where the text is none. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const [, type, path, query = ''] = /^pkg:([a-z0-9.+-]+)\/([^?#]+)(?:\?([^#]*))?(?:#.*)?$/.exec(text) ?? [];
  if (type === undefined || path === undefined) return undefined;
  const pairs = query.split('&').filter((pair) => pair !== '');
  const qualifiers = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), decoded(pair.slice(at + 1))] as const;
  });
  return { type, path: decoded(path), qualifiers: new Map(qualifiers) };
}

/**
 * The same text for package URLs of one package, whoever wrote them: without subpath, and without what says where it is
 * from, as mobster compares them (its src/mobster/sbom/merge.py, `_unique_key_hermeto`). An RPM's namespace is left out,
 * too: hermeto takes it from the vendor and not from the distribution.
 */
export function packageKey(text: string): string {
  const parsed = parsePackageUrl(text);
  if (parsed === undefined) return text;
  const { type, path, qualifiers } = parsed;
  const identity = ['arch', 'classifier', 'epoch', 'os', 'type'].flatMap((name) => {
    const value = qualifiers.get(name);
    const saysNothing =
      (name === 'arch' && value === 'noarch') ||
      (name === 'epoch' && value === '0') ||
      (type === 'golang' && name === 'type' && value === 'module');
    return value === undefined || saysNothing ? [] : [`${name}=${value}`];
  });
  const what = type === 'rpm' ? path.slice(path.lastIndexOf('/') + 1) : path;
  return [type, what, ...identity].join(' ');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
