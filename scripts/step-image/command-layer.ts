import { globSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Layer, type LayerFile, packLayer } from '#lib/oci';

/** Where the command lies in its image; the tools have Node where the steps look for it. */
const PLACE = 'usr/lib/bootc-catalog';
const NODE = '/usr/libexec/bootc-catalog';
const PACKAGES = `${NODE.slice(1)}/packages.json`;

/** What of the package the command needs: all but the library, which nobody imports in an image. */
const wanted = [
  'bin/*',
  'package.json',
  'LICENSE',
  'dist/cli/**',
  'bundles/rendered/**',
  'bundles/schema.json',
  'docs/conforma/**',
  'docs/conforma.md',
  'lib/bundle-steps/launcher.cjs',
  'examples/hello-catalog/**',
] as const;

/** Name of the program in the image, as its entrypoint and as scripts of a forge call it. */
export const COMMAND = '/usr/bin/bootc-catalog';

const launcher = `#!/bin/sh\nPATH=${NODE}:$PATH exec /${PLACE}/bin/bootc-catalog "$@"\n`;

/**
 * The layer of the command, as `make build` has bundled it. The same sources give the same bytes on every machine, and
 * one blob serves all platforms.
 */
export async function packCommand(root: string): Promise<Layer> {
  const names = globSync([...wanted], { cwd: root, exclude: (name) => name === 'inputs.json' }).sort();
  const files: LayerFile[] = [
    { path: COMMAND.slice(1), mode: 0o755, content: Buffer.from(launcher) },
    // Where the SBOM of a published image looks for it, as for that of the steps.
    { path: PACKAGES, content: await readFile(join(root, 'dist/cli/packages.json')) },
  ];
  for (const name of names) {
    const found = await stat(join(root, name));
    const path = `${PLACE}/${name}`;
    if (found.isDirectory()) files.push({ path, directory: true });
    else {
      const mode = (found.mode & 0o100) === 0 ? 0o644 : 0o755;
      files.push({ path, mode, content: await readFile(join(root, name)) });
    }
  }
  return packLayer(files);
}
