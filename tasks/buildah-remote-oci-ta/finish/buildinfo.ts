import type { Package } from '#lib/sbom';
import { contentSets } from './content-sets.ts';

/**
 * What Clair reads in an image, by path: its labels, and the repositories of what was prefetched.
 *
 * @param compatPlace a second directory that has the same files
 */
export function buildinfo(
  labels: Readonly<Record<string, string>>,
  prefetched: readonly Package[] | undefined,
  compatPlace?: string,
): Readonly<Record<string, string>> {
  const places = ['usr/share/buildinfo', ...(compatPlace === undefined ? [] : [compatPlace])];
  const files = {
    'labels.json': pretty(labels),
    ...(prefetched && { 'content-sets.json': contentSets(prefetched) }),
  };
  return Object.fromEntries(
    places.flatMap((place) => Object.entries(files).map(([name, text]) => [`${place}/${name}`, text])),
  );
}

/** As Go's json.MarshalIndent writes a map: keys in order. */
function pretty(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}
