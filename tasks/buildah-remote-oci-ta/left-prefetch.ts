import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Package, readPrefetched } from '#lib/sbom';
import { PREFETCHED, SHARED } from './places.ts';

const FILE = join(SHARED, 'sbom-prefetch.json');

/**
 * Keeps the prefetch's list of packages for the step of the SBOM. It does so before the build, whose RUN lines can write
 * to /cachi2/output.
 *
 * @returns the packages, for every architecture; undefined where nothing was prefetched
 */
export async function leavePrefetched(): Promise<readonly Package[] | undefined> {
  await rm(FILE, { force: true });
  try {
    await copyFile(join(PREFETCHED, 'output/bom.json'), FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return readLeftPrefetched();
}

/** What `leavePrefetched` has kept. */
export async function readLeftPrefetched(): Promise<readonly Package[] | undefined> {
  const text = await readFile(FILE, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : readPrefetched(text);
}
