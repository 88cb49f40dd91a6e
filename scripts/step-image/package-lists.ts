import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLayout, readImages } from '#lib/oci';
import { packagesOfImage } from '#lib/sbom';
import { requireLicences } from './require-licences.ts';

/**
 * Writes `packages/<architecture>.json` into a layout: what the databases in the layers of each image say is installed,
 * and what was bundled into the steps, each with its package URL. None of Debian may lack its licence.
 */
export async function packageLists(layout: string, tag: string): Promise<void> {
  const target = createLayout(layout);
  const { images } = await readImages(target, tag);
  await mkdir(join(layout, 'packages'), { recursive: true });
  for (const image of images) {
    const packages = await packagesOfImage(target, image);
    await requireLicences(target, image, packages);
    const path = join(layout, 'packages', `${image.config.architecture}.json`);
    await writeFile(path, `${JSON.stringify(packages, null, 2)}\n`);
  }
}
