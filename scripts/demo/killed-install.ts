import { cp, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#lib/process';
import { root } from './place.ts';

/** A source of images like the demo's, but for rpm, which is killed while it installs a package that no compose has. */
export async function makeKilledInstall(directory: string, signal?: AbortSignal): Promise<string> {
  const variation = join(root, 'demo/killed-install');
  await mkdir(directory, { recursive: true });
  await cp(join(root, 'demo/base-images'), directory, { recursive: true });
  await cp(join(variation, 'after-install'), join(directory, 'after-install'));
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
