import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** One file of JavaScript in a folder, as our commands are: to strip types from some fifty files is no part of a measure. */
export async function bundledProgram(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, basename(entry).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
