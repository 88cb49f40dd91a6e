import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { Digest } from '#lib/tekton';

/** Where the first step tells the second which index it has built. */
export const INDEX_DATA = '/index-build-data';

const FILE = 'index-digest';

export async function writeIndexDigest(directory: string, digest: string): Promise<void> {
  await writeFile(join(directory, FILE), digest);
}

/** Undefined where no index was built. */
export async function readIndexDigest(directory: string): Promise<Digest | undefined> {
  const text = await readFile(join(directory, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = Digest.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ExpectedError(
    `${join(directory, FILE)} names no index: expected sha256: and 64 hexadecimal digits`,
  );
}
