import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownPlatform } from '#lib/oci';
import { run } from '#lib/process';
import { COSIGN } from '../../../scripts/step-image/cosign.ts';
import { buildGoProgram, goProgramFile } from '../../../scripts/step-image/go-program.ts';
import { madeOnce } from './made-once.ts';

/** Clients and registries of others, by their Go module: what no distribution packages. */
const TOOLS = {
  crane: 'github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  oras: 'oras.land/oras/cmd/oras@v1.3.6',
  syft: 'github.com/anchore/syft/cmd/syft@v1.57.1',
  registry: 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
} as const;

const CACHE = fileURLToPath(new URL('../../../.cache/go-tools/', import.meta.url));

/**
 * The path of a tool, built the first time; undefined on a machine without Go, and for one that is not there and may not
 * be built: its tests are then skipped.
 */
export async function goTool(
  name: keyof typeof TOOLS | 'cosign',
  { mayBuild = true }: { readonly mayBuild?: boolean } = {},
): Promise<string | undefined> {
  if (name === 'cosign') return cosign(mayBuild);
  const module = TOOLS[name];
  const path = join(CACHE, `${name}${module.slice(module.lastIndexOf('@'))}`);
  const isThere = await madeOnce(path, mayBuild, async (folder) => {
    // Two cores: tests that run meanwhile have timeouts.
    const env = { GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '-trimpath -p=1' };
    await run('go', ['install', module], { env });
    await rename(join(folder, name), path);
  });
  return isThere ? path : undefined;
}

/** The one of the step image. Seven minutes of processor time: only .ci/run builds it. */
async function cosign(mayBuild: boolean): Promise<string | undefined> {
  const { architecture } = ownPlatform();
  const path = goProgramFile(COSIGN, architecture, CACHE);
  const isThere = await madeOnce(path, mayBuild, async () => {
    await buildGoProgram(COSIGN, architecture, CACHE, { jobs: 1 });
  });
  return isThere ? path : undefined;
}
