import { createHash } from 'node:crypto';
import { InvalidLayerError, type Rootfs, readRootfs } from '../../../lib/rootfs/index.ts';

/** What is at each path: its type, and what makes two of a type different. */
export type Listing = ReadonlyMap<string, string>;

/** What we read of layers, in the words that unpackers are listed in. */
export async function listOurs(
  layers: readonly Buffer[],
): Promise<{ listing: Listing; unread: readonly string[] }> {
  try {
    await using rootfs = await readRootfs(
      layers.map((bytes, index) => ({ name: `layer ${index + 1}`, open: () => chunked(bytes, 700) })),
      { wanted: (tree) => tree.paths.map((path) => [path, 'content'] as const) },
    );
    return {
      listing: new Map([...rootfs.paths].map((path) => [path, tell(rootfs, path)])),
      unread: rootfs.unread.map(({ where, why }) => `${where} ${why}`),
    };
  } catch (error) {
    if (!(error instanceof InvalidLayerError)) throw error;
    return { listing: new Map(), unread: [error.message] };
  }
}

export function differencesOf(ours: Listing, theirs: Listing): string[] {
  const paths = new Set([...ours.keys(), ...theirs.keys()]);
  return [...paths].sort().flatMap((path) => {
    const [our, their] = [ours.get(path) ?? 'absent', theirs.get(path) ?? 'absent'];
    return our === their ? [] : [`${path}: ${our} here, ${their} there`];
  });
}

/** Content as it can be compared, and told where it is short. */
export function contentOf(bytes: Buffer): string {
  if (bytes.length < 40) return JSON.stringify(bytes.toString('latin1'));
  return `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`;
}

export async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function tell(rootfs: Rootfs, path: string): string {
  const entry = rootfs.get(path);
  if (!entry) return 'nothing';
  const owner = `${entry.mode.toString(8)} ${entry.uid}:${entry.gid}`;
  if (entry.type === 'symlink') return `symlink ${owner} -> ${entry.link}`;
  if (entry.type !== 'file') return `${entry.type} ${owner}`;
  const file = rootfs.read(path);
  return `file ${owner} ${file.kind === 'content' ? contentOf(file.bytes) : file.kind}`;
}
