import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '#lib/process';

const VERSION = '44.121.2';
const CACHE = fileURLToPath(new URL('../../.cache/renovate/', import.meta.url));

/**
 * The folder of Renovate's package, installed the first time: 364 MB that only its tests need, so that it is no dependency.
 *
 * @throws {ToolError} when the registry of packages cannot be reached
 */
export async function renovateFolder(): Promise<string> {
  const home = join(CACHE, VERSION);
  const folder = join(home, 'node_modules/renovate');
  if (await exists(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const partial = await mkdtemp(join(CACHE, 'install-'));
  try {
    // Without scripts: what they build is a faster regular expression, which it does without.
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    await run('npm', ['install', '--prefix', partial, ...flags, `renovate@${VERSION}`], {
      timeout: 600_000,
    });
    await rename(partial, home);
  } catch (error) {
    // Another process was faster.
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
