import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';

/**
 * Every entry below a directory, links not followed.
 *
 * @param directory in bytes, as the names in a repository may be in any encoding
 */
export async function* walk(
  directory: Buffer,
): AsyncGenerator<{ readonly path: Buffer; readonly entry: Dirent<Buffer> }> {
  for (const entry of await readdir(directory, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([directory, Buffer.from('/'), entry.name]);
    yield { path, entry };
    if (entry.isDirectory()) yield* walk(path);
  }
}
