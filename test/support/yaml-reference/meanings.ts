import { createHash } from 'node:crypto';
import { cp, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '#lib/process';
import { madeOnce } from '../registries/made-once.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/go-tools/', import.meta.url));

/** What texts mean to sigs.k8s.io/yaml itself, by the program beside this file: JSON, or `refused: ` and why. */
export type Meanings = (texts: readonly string[]) => Promise<readonly string[]>;

/** The library, built the first time; undefined on a machine without Go. */
export async function yamlOfClusters(): Promise<Meanings | undefined> {
  const sources = ['main.go', 'go.mod', 'go.sum'];
  const hash = createHash('sha256');
  for (const name of sources) hash.update(await readFile(join(import.meta.dirname, name)));
  const program = join(CACHE, `yaml-reference@${hash.digest('hex').slice(0, 12)}`);
  const isThere = await madeOnce(program, true, async (folder) => {
    for (const name of sources) await cp(join(import.meta.dirname, name), join(folder, name));
    const env = { CGO_ENABLED: '0', GOFLAGS: '-trimpath -p=1' };
    await run('go', ['build', '-o', join(folder, 'program'), '.'], { cwd: folder, env });
    await rename(join(folder, 'program'), program);
  });
  if (!isThere) return undefined;
  return async (texts) => {
    const { stdout } = await run(program, [], {
      input: texts.map((text) => `${JSON.stringify(text)}\n`).join(''),
    });
    return stdout.split('\n').slice(0, -1);
  };
}
