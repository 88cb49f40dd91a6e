import { parsePackageUrl } from '#lib/text';

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
