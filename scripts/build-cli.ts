// Bundles the command into dist/cli, which spares every call the loading of some hundred files. bin/bootc-catalog runs
// the bundle as long as the sources are unchanged.
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thirdPartyNotices } from '#lib/bundle-steps';
import { explain } from '#lib/errors';
import { bundleCli } from './cli/bundle-cli.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist/cli');

try {
  await replaceTarget();
} catch (error) {
  console.error(`cannot bundle the command: ${explain(error)}`);
  process.exitCode = 1;
}

/** Bundles aside and moves the files into place: a command that runs keeps those that it started with. */
async function replaceTarget(): Promise<void> {
  const fresh = `${target}.${process.pid}`;
  const old = `${fresh}.old`;
  try {
    mkdirSync(fresh, { recursive: true });
    const files = await bundleCli('lib/cli/main.ts', fresh, { root });
    // The bundle leaves out comments, and with them licences, which stand here instead.
    writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(files, root, 'The command holds'));
    writeFileSync(join(fresh, 'inputs.json'), JSON.stringify(stampsOf(files)));
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** Path, time and size of each source. For packages, npm's own record of them says enough. */
function stampsOf(files: readonly string[]): readonly (readonly [string, number, number])[] {
  const sources = files.filter((path) => !path.startsWith('node_modules/'));
  return [...sources, 'node_modules/.package-lock.json'].map((path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    return [path, mtimeMs, size];
  });
}
