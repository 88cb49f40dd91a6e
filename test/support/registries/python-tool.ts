import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '#lib/process';
import { madeOnce } from './made-once.ts';

/** Programs of others, by their package of PyPI. */
const TOOLS = { mobster: 'mobster==2.3.0' } as const;

const CACHE = fileURLToPath(new URL('../../../.cache/python-tools/', import.meta.url));

/**
 * argv that starts a tool, installed the first time in an environment of its own; undefined on a machine without Python,
 * and for one that is not there and may not be installed: its tests are then skipped.
 */
export async function pythonTool(
  name: keyof typeof TOOLS,
  { mayInstall }: { readonly mayInstall: boolean },
): Promise<readonly [program: string, ...args: string[]] | undefined> {
  const folder = join(CACHE, TOOLS[name]);
  // The script that pip makes names the folder that it was made in.
  const start = [join(folder, 'bin/python'), '-c', `from ${name}.main import main; main()`] as const;
  const isThere = await madeOnce(folder, mayInstall, async (made) => {
    await run('python3', ['-m', 'venv', made]);
    await run(join(made, 'bin/python'), ['-m', 'pip', 'install', '--quiet', TOOLS[name]]);
    await rename(made, folder);
  });
  return isThere ? start : undefined;
}
