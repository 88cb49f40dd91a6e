import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ExpectedError } from '#lib/errors';

/**
 * Fills a new folder beside it and moves that into the place of a layout: what is there stays until all is done, and
 * blobs that nothing names any more go with it.
 *
 * @throws {ExpectedError} when what is there is no layout
 */
export async function replaceLayout(path: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  if (existsSync(target) && !existsSync(join(target, 'oci-layout'))) {
    throw new ExpectedError(`cannot write an OCI layout to ${path}: what is there is none`, {
      hint: 'give a folder that does not exist yet',
    });
  }
  const fresh = `${target}.${process.pid}`;
  const old = `${fresh}.old`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await fill(fresh);
    if (existsSync(target)) await rename(target, old);
    await rename(fresh, target);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}
