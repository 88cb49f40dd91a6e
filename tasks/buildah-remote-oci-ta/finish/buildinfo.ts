import type { Package } from '#lib/sbom';
import { contentSets } from './content-sets.ts';

/** What Clair reads in an image, by path: its labels, and the repositories of what was prefetched. */
export function buildinfo(
  labels: Readonly<Record<string, string>>,
  prefetched: readonly Package[] | undefined,
): Readonly<Record<string, string>> {
  return {
    'usr/share/buildinfo/labels.json': pretty(labels),
    ...(prefetched && { 'usr/share/buildinfo/content-sets.json': contentSets(prefetched) }),
  };
}

/** As Go's json.MarshalIndent writes a map: keys in order. */
function pretty(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}
