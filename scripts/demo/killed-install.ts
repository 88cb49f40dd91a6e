import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#lib/process';
import { withAfterInstall } from './base-images.ts';
import { root } from './place.ts';

/** A source of images like the demo's, but for rpm, which is killed while it installs a package that no compose has. */
export async function makeKilledInstall(directory: string, signal?: AbortSignal): Promise<string> {
  const variation = join(root, 'demo/killed-install');
  await withAfterInstall(directory, await readFile(join(variation, 'after-install'), 'utf8'));
  const defines = Object.entries({
    _topdir: directory,
    _rpmdir: directory,
    _rpmfilename: 'leftover.rpm.part',
    _dbpath: join(directory, 'db'),
  }).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const spec = join(variation, 'leftover.spec');
  await run('rpmbuild', ['-bb', '--quiet', ...defines, spec], { signal });
  await rename(join(directory, 'leftover.rpm.part'), join(directory, 'leftover.rpm'));
  return directory;
}
