import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAG } from '#lib/bundle-steps';
import { goTool } from '#test/registries/go-tool';
import { bundledProgram } from '../bundled-program.ts';
import { rowsOf } from '../rows.ts';
import { startScratchRegistry } from '../scratch-registry.ts';
import { table } from '../table.ts';
import { pushFatImage } from './fat-image.ts';

/** Layers of 700 MiB: BENCH_LAYERS=8 is the image of 5.6 GB, 2.3 GB of them in the registry. */
const LAYERS = Number(process.env.BENCH_LAYERS ?? 1);
const MEBIBYTES = 700;

/** The SBOM of a large image in a registry, against syft, which only who has built it before is compared with. */
export async function benchSbom(runs: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-sbom-'));
  try {
    await using registry = await startScratchRegistry(join(directory, 'registry'));
    const image = `${registry.host}/large`;
    const digest = await pushFatImage(image, directory, { layers: LAYERS, mebibytes: MEBIBYTES });
    const program = await bundledProgram(join(import.meta.dirname, 'make-sbom.ts'), directory);
    const syft = await goTool('syft', { mayBuild: false });
    const ours = { program: process.execPath, args: [NODE_FLAG, program, `${image}@${digest}`] };
    const theirs = {
      program: syft ?? '',
      args: ['scan', '-q', '-o', 'spdx-json', `registry:${image}@${digest}`],
      env: { SYFT_REGISTRY_INSECURE_USE_HTTP: 'true', SYFT_CHECK_FOR_APP_UPDATE: 'false', TMPDIR: directory },
    };
    const work = `SBOM of an image of ${((LAYERS * MEBIBYTES) / 1024).toFixed(1)} GiB`;
    const rounds = { runs, warmUps: 1, memoryRuns: 1 };
    return table(rowsOf(work, ours, syft === undefined ? {} : { syft: theirs }, rounds));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
