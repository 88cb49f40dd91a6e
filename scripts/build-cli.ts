// Bundles the command into dist/cli, which spares every call the loading of some hundred files. bin/bootc-catalog takes
// it as long as the sources are as they were.
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist/cli');
const fresh = `${target}.${process.pid}`;
const old = `${fresh}.old`;

try {
  mkdirSync(fresh, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['lib/cli/main.ts'],
    outdir: fresh,
    bundle: true,
    // What is imported when it is needed stays in a file of its own.
    splitting: true,
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
  // Of packages, npm's own record of them says enough.
  const sources = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  const inputs = [...sources, 'node_modules/.package-lock.json'].map((path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    return [path, mtimeMs, size];
  });
  writeFileSync(join(fresh, 'inputs.json'), JSON.stringify(inputs));
  try {
    renameSync(target, old);
  } catch {
    // There was none.
  }
  renameSync(fresh, target);
} finally {
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}
