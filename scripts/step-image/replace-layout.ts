import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { replaceDirectory } from '#lib/process';

/**
 * Puts a new layout into the place of one, as a whole: blobs that nothing names any more go with the old one.
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
  await replaceDirectory(target, fill);
}
