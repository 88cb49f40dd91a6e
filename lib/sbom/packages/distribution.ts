import type { Rootfs } from '#lib/rootfs';
import { readText } from './read-text.ts';

export const osReleaseFiles = ['usr/lib/os-release', 'etc/os-release'] as const;

export interface Distribution {
  readonly id: string;
  /** What the qualifier `distro` of a purl says: `fedora-43`; a rolling distribution has no version. */
  readonly distro: string;
}

/** os-release(5): without a file, or without ID, it is `linux`. */
export function distributionOf(rootfs: Pick<Rootfs, 'read'>): Distribution {
  const [text] = osReleaseFiles.map((path) => readText(rootfs, path)).filter((found) => found !== undefined);
  const value = (key: string) =>
    text === undefined ? undefined : new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1];
  const id = value('ID') || 'linux';
  return { id, distro: [id, value('VERSION_ID')].filter((part) => part).join('-') };
}
