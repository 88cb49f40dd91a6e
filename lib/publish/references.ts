/** Images and bundles that an object names, each once; one whose name is a param is not known yet. */
export function referencesOf(object: unknown): readonly string[] {
  return [...new Set(walk(object))].filter((reference) => !reference.includes('$(')).sort();
}

function walk(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(walk);
  const { image, resolver, params } = value as {
    readonly image?: unknown;
    readonly resolver?: unknown;
    readonly params?: readonly { readonly name?: unknown; readonly value?: unknown }[];
  };
  const bundle = resolver === 'bundles' ? params?.find(({ name }) => name === 'bundle')?.value : undefined;
  const own = [image, bundle].filter((text): text is string => typeof text === 'string' && text !== '');
  return [...own, ...Object.values(value).flatMap(walk)];
}
