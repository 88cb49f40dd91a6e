import type { ImageEntry } from './entries.ts';

/** What an image stands on, by name. */
export function baseOf(entry: ImageEntry): string | undefined {
  return 'from' in entry ? entry.from : undefined;
}

/** Bases before what stands on them; else as they are written down. There is no cycle in them. */
export function buildOrder(images: readonly ImageEntry[]): readonly ImageEntry[] {
  const ordered = new Set<ImageEntry>();
  const add = (entry: ImageEntry) => {
    const base = images.find(({ name }) => name === baseOf(entry));
    if (base !== undefined && !ordered.has(base)) add(base);
    ordered.add(entry);
  };
  for (const entry of images) add(entry);
  return [...ordered];
}
