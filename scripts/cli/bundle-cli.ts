import { build, type Metafile } from 'esbuild';
import { ExpectedError } from '#lib/errors';

/**
 * Writes `<outdir>/main.js` and the files that it imports when they are needed; the entry's name is `main.ts`.
 *
 * @returns the files that are in the bundle, relative to the root
 * @throws {ExpectedError} when a CommonJS package is imported late
 */
export async function bundleCli(
  entry: string,
  outdir: string,
  { root }: { readonly root: string },
): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir,
    bundle: true,
    // Modules that are imported when they are needed stay in files of their own.
    splitting: true,
    // esbuild is a native program, which is installed where steps are bundled.
    external: ['esbuild'],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    metafile: true,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  refuseLateCommonJs(metafile);
  return Object.keys(metafile.inputs);
}

/**
 * Refuses a late import of CommonJS: Node finds the names that such a file exports, esbuild's `import()` only its
 * default.
 */
function refuseLateCommonJs({ inputs }: Metafile): void {
  for (const [file, { imports }] of Object.entries(inputs)) {
    const late = imports.find(
      ({ kind, path }) => kind === 'dynamic-import' && inputs[path]?.format === 'cjs',
    );
    if (!late) continue;
    throw new ExpectedError(`${file} imports ${late.original ?? late.path} late, which is CommonJS`, {
      hint: 'its names are missing in the bundle: import it at the top of a file, and that file late',
    });
  }
}
