/** A package URL (https://github.com/package-url/purl-spec); the qualifiers in the order that it asks for. */
export function purlOf(
  type: 'rpm' | 'deb',
  namespace: string,
  { name, version }: { readonly name: string; readonly version: string },
  qualifiers: Readonly<Record<string, string>>,
): string {
  const query = Object.entries(qualifiers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  return `pkg:${type}/${[namespace, name].map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}?${query}`;
}
