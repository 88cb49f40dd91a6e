import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { root } from './place.ts';

/** The source of the images: the demo's own, or the tree that BASE_IMAGES names, such as a checkout of upstream's. */
export function baseImages(): string {
  const { BASE_IMAGES: given = '' } = process.env;
  return given === '' ? join(root, 'demo/base-images') : resolve(given);
}

/**
 * The same source, in which a script changes the root that was installed, before it becomes the image.
 *
 * @param script its text; its only argument is the root
 */
export async function withAfterInstall(directory: string, script: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await cp(baseImages(), directory, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(directory, 'after-install'), script, { mode: 0o755 });
  const containerfile = join(directory, 'Containerfile');
  const lines = (await readFile(containerfile, 'utf8')).split('\n');
  const last = lines.findLastIndex((line) => /^FROM scratch\b/i.test(line));
  if (last < 0) throw new Error(`${containerfile} has no stage FROM scratch`);
  await writeFile(
    containerfile,
    lines.toSpliced(last, 0, 'RUN ./after-install /target-rootfs', '').join('\n'),
  );
  return directory;
}
