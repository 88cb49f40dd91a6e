import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

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

export function defaultCacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bootc-catalog', 'resolved');
}

/** Files named by the digest of their key, with the digest of their content, so that a damaged one is not used. */
export function createResolverCache(directory = defaultCacheDirectory()): ResolverCache {
  const running = new Map<string, Promise<ResolvedText>>();
  const load = async (key: string, source: () => Promise<ResolvedText>) => {
    const path = join(directory, `${digestOf(key)}.json`);
    const kept = await read(path);
    if (kept !== undefined) return kept;
    const fresh = await source();
    await write(path, fresh);
    return fresh;
  };
  return {
    get(key, source) {
      const found = running.get(key) ?? load(key, source);
      running.set(key, found);
      // What failed may succeed the next time.
      found.catch(() => running.delete(key));
      return found;
    },
  };
}

async function read(path: string): Promise<ResolvedText | undefined> {
  try {
    const { checksum, value } = JSON.parse(await readFile(path, 'utf8')) as {
      checksum: string;
      value: ResolvedText;
    };
    return checksum === digestOf(JSON.stringify(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written is no reason to fail. */
async function write(path: string, value: ResolvedText): Promise<void> {
  const partial = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    await writeFile(partial, JSON.stringify({ checksum: digestOf(JSON.stringify(value)), value }), {
      mode: 0o600,
    });
    await rename(partial, path);
  } catch {
    // Resolved again the next time.
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
