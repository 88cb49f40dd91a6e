import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheDirectory, readCached, writeCached } from '../files/cache-file.ts';

/** What was resolved from somewhere that never changes: a digest, a commit. */
export interface ResolvedText {
  readonly text: string;
  readonly uri: string;
  readonly digest: Readonly<Record<string, string>>;
  readonly entryPoint: string;
}

export interface ResolverCache {
  /** What is kept under a key, or what `load` gives, kept from now on. */
  get(key: string, load: () => Promise<ResolvedText>): Promise<ResolvedText>;
}

/** What a file holds: the text, and the digest by which damage to it is seen. */
interface Kept {
  readonly checksum: string;
  readonly value: ResolvedText;
}

/** Files named by the digest of their key, with the digest of their content, so that a damaged one is not used. */
export function createResolverCache(directory = join(cacheDirectory(), 'resolved')): ResolverCache {
  const running = new Map<string, Promise<ResolvedText>>();
  const load = async (key: string, source: () => Promise<ResolvedText>) => {
    const path = join(directory, `${digestOf(key)}.json`);
    const kept = await read(path);
    if (kept !== undefined) return kept;
    const fresh = await source();
    writeCached(path, { checksum: checksumOf(fresh), value: fresh } satisfies Kept);
    return fresh;
  };
  return {
    get(key, source) {
      const found = running.get(key) ?? load(key, source);
      running.set(key, found);
      // A failure is not kept: the next try may succeed.
      found.catch(() => running.delete(key));
      return found;
    },
  };
}

async function read(path: string): Promise<ResolvedText | undefined> {
  const kept = (await readCached(path)) as Partial<Kept> | null | undefined;
  if (kept?.value === undefined) return undefined;
  return kept.checksum === checksumOf(kept.value) ? kept.value : undefined;
}

function checksumOf(value: ResolvedText): string {
  return digestOf(JSON.stringify(value));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
