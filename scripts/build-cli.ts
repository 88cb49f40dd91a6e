// Bundles the command into dist/cli, which spares every call the loading of some hundred files. bin/bootc-catalog runs
// the bundle as long as the sources are unchanged.
import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { thirdPartyNotices, thirdPartyPackages } from '#lib/bundle-steps';
import { explain } from '#lib/errors';
import { replaceDirectory } from '#lib/process';
import { bundleCli } from './cli/bundle-cli.ts';

const root = join(import.meta.dirname, '..');

try {
  // A command that runs keeps the files that it started with.
  await replaceDirectory(join(root, 'dist/cli'), async (fresh) => {
    const files = await bundleCli('lib/cli/main.ts', fresh, { root });
    // The bundle leaves out comments, and with them licences, which stand here instead.
    writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(files, root, 'The command holds'));
    // For the SBOM of the image that has the command.
    writeFileSync(
      join(fresh, 'packages.json'),
      `${JSON.stringify(thirdPartyPackages(files, root), null, 2)}\n`,
    );
    const revision = revisionOf(root);
    if (revision !== undefined) writeFileSync(join(fresh, 'revision'), `${revision}\n`);
    writeFileSync(join(fresh, 'inputs.json'), JSON.stringify(stampsOf(files)));
  });
} catch (error) {
  console.error(`cannot bundle the command: ${explain(error)}`);
  process.exitCode = 1;
}

/** Path, time and size of each source. For packages, npm's own record of them says enough. */
function stampsOf(files: readonly string[]): readonly (readonly [string, number, number])[] {
  const sources = files.filter((path) => !path.startsWith('node_modules/'));
  return [...sources, 'node_modules/.package-lock.json'].map((path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    return [path, mtimeMs, size];
  });
}

/** What `bootc-catalog version` says that it was built from; undefined without git. */
function revisionOf(directory: string): string | undefined {
  const git = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  const { status, stdout } = spawnSync('git', git, { cwd: directory, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
