// Compiles what the package exports into dist/lib, JavaScript and declarations: Node strips no types below node_modules.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { explain } from '#lib/errors';
import { run } from '#lib/process';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const fresh = join(dist, `package.${process.pid}`);

/** What esbuild and Node are told about dist/lib; the nearest package.json is the one that says what `#lib/…` means. */
const scope = {
  type: 'module',
  sideEffects: false,
  imports: { '#lib/*': './*/index.js' },
};
/** Files that are read at run time, and so are not compiled. */
const others = ['lib/bundle-steps/launcher.cjs'];

try {
  await build();
} catch (error) {
  console.error(`cannot build the package: ${explain(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

async function build(): Promise<void> {
  mkdirSync(fresh, { recursive: true });
  await run('tsc', ['--project', 'tsconfig.build.json', '--outDir', fresh], { cwd: root });
  for (const file of others) {
    mkdirSync(dirname(join(fresh, file)), { recursive: true });
    copyFileSync(join(root, file), join(fresh, file));
  }
  writeFileSync(join(fresh, 'lib/package.json'), `${JSON.stringify(scope, null, 2)}\n`);
  refuseMissing();
  rmSync(join(dist, 'lib'), { recursive: true, force: true });
  renameSync(join(fresh, 'lib'), join(dist, 'lib'));
}

/** A name in `exports` that leads nowhere would be found by whoever installs the package. */
function refuseMissing(): void {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  const paths = Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : Object.values(entry),
  );
  const missing = paths.filter((path) => !existsSync(join(fresh, path.replace('./dist/', ''))));
  if (missing.length > 0)
    throw new Error(`package.json exports ${missing.join(', ')}, which tsc did not make`);
}
