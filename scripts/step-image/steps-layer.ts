import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Layer, type LayerFile, packLayer } from '#lib/oci';

/** Where the steps lie in the image; their launchers name it. */
const STEPS = 'usr/libexec/bootc-catalog';

/**
 * The layer of our own files, from dist/steps without what belongs to one architecture: Node and compiled code. The
 * same sources give the same bytes on every machine, so that one blob serves all platforms.
 */
export function packSteps(directory: string): Promise<Layer> {
  return packUnder(directory, (path) => path !== 'node' && !isCompiled(path));
}

/** The layer of what the first run of each step has left behind, from a folder with nothing else of use in it. */
export function packCompiledCode(directory: string): Promise<Layer> {
  return packUnder(directory, isCompiled);
}

function isCompiled(path: string): boolean {
  return path.endsWith('.cache');
}

async function packUnder(directory: string, isWanted: (path: string) => boolean): Promise<Layer> {
  const files: LayerFile[] = [];
  const names = await readdir(directory, { recursive: true });
  for (const name of names) {
    const source = join(directory, name);
    const path = `${STEPS}/${name}`;
    const found = await stat(source);
    if (found.isDirectory()) files.push({ path, directory: true });
    else if (isWanted(name)) {
      // Only this permission counts: the others depend on the umask of whoever builds.
      const mode = (found.mode & 0o100) === 0 ? 0o644 : 0o755;
      files.push({ path, mode, content: await readFile(source) });
    }
  }
  return packLayer(files);
}
