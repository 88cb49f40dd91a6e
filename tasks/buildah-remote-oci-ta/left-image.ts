import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SHARED } from './places.ts';

const FILE = join(SHARED, 'image.json');

const LeftImage = z.object({
  digest: z.string(),
  /** As the results name it, `repository:tag`. */
  image: z.string(),
  /** See UsedImages. */
  stages: z.array(z.string().nullable()).readonly(),
  others: z.array(z.string()).readonly(),
});

/** What the build tells the step of the SBOM; no code of the build can write there. */
export type LeftImage = z.output<typeof LeftImage>;

export async function leaveImage(image: LeftImage): Promise<void> {
  await writeFile(FILE, JSON.stringify(image));
}

export async function readLeftImage(): Promise<LeftImage> {
  return LeftImage.parse(JSON.parse(await readFile(FILE, 'utf8')));
}
