import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from '#lib/process';

const VERSION = '1.51';
const cache = resolve(import.meta.dirname, '../../../.cache');

/**
 * Python with productmd, pungi's own reader of its metadata, in a place of its own; it is installed once.
 *
 * @returns the program, or why there is none: pip reaches no index
 */
export async function productmd(): Promise<{ readonly python: string } | { readonly missing: string }> {
  const place = join(cache, `productmd-${VERSION}`);
  const python = join(place, 'bin/python3');
  if (existsSync(python)) return { python };
  // A whole one is renamed into its place: python3 itself finds its packages from where it is called.
  const part = `${place}.part`;
  await rm(part, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', part]);
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--retries',
    '1',
    '--timeout',
    '10',
    `productmd==${VERSION}`,
  ];
  try {
    await run(join(part, 'bin/python3'), pip);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    const said = error instanceof Error ? error.message : String(error);
    if (!/connection|retries|resolve|network|No matching distribution/i.test(said)) throw error;
    return { missing: 'pip reaches no index that has productmd' };
  }
  await rename(part, place);
  return { python };
}
