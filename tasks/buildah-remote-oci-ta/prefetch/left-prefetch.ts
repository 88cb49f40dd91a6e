import { existsSync } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Package, readPrefetched } from '#lib/sbom';
import { PREFETCHED, SHARED } from '../places.ts';

const FILE = join(SHARED, 'sbom-prefetch.json');

/**
 * Keeps the prefetch's list of packages for the step of the SBOM. It does so before the build, whose RUN lines can write
 * to /cachi2/output.
 *
 * @returns the packages, for every architecture; undefined where nothing was prefetched
 */
export async function leavePrefetched(): Promise<readonly Package[] | undefined> {
  await rm(FILE, { force: true });
  const bom = join(PREFETCHED, 'output/bom.json');
  if (existsSync(bom)) await copyFile(bom, FILE);
  return readLeftPrefetched();
}

/** What `leavePrefetched` has kept. */
export async function readLeftPrefetched(): Promise<readonly Package[] | undefined> {
  return existsSync(FILE) ? readPrefetched(await readFile(FILE, 'utf8')) : undefined;
}
