import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';
import { writeEmptyStepImage } from '#test/images/empty-step-image';
import { goTool } from '#test/registries/go-tool';
import { bundledProgram } from './bundled-program.ts';
import type { Command } from './measure.ts';
import { rowsOf } from './rows.ts';
import { emptyRegistry, startScratchRegistry } from './scratch-registry.ts';
import { table } from './table.ts';

const root = join(import.meta.dirname, '../..');

/** The whole catalog into an empty registry, and again without a change, against crane in a loop for the same objects. */
export async function benchBundles(runs: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-bundles-'));
  try {
    await run(process.execPath, [join(root, 'scripts/build-cli.ts')]);
    await using registry = await startScratchRegistry(join(directory, 'registry'));
    const prefix = `${registry.host}/bench`;
    await writeEmptyStepImage(join(directory, 'steps'));
    const stepImage = `oci:${join(directory, 'steps')}:1`;
    const publish: Command = {
      program: join(root, 'bin/bootc-catalog'),
      args: [
        'publish',
        '--prefix',
        prefix,
        '--step-image',
        stepImage,
        '--platform=linux/amd64',
        '--allow-dirty',
      ],
    };
    // The objects as they are published are what crane pushes.
    const objects = join(directory, 'objects');
    await run(publish.program, [...publish.args, '--directory', objects]);
    const crane = await goTool('crane');
    const loop: Command = {
      program: join(root, 'test/bench/crane-loop.sh'),
      args: [crane ?? '', objects, `${prefix}/crane`],
    };
    const plain: Command = {
      program: process.execPath,
      args: [
        await bundledProgram(join(import.meta.dirname, 'push-objects.ts'), directory),
        objects,
        `${prefix}/plain`,
      ],
    };
    const peers = (command: Command) => (crane === undefined ? {} : { 'crane in a loop': command });
    const cold = (command: Command): Command => ({ ...command, before: () => emptyRegistry(registry) });
    const rounds = { runs, warmUps: 1 };

    const unchanged = [
      ...rowsOf('pack and push, nothing changed', plain, peers(loop), rounds),
      ...rowsOf('publish, nothing changed', publish, peers(loop), rounds),
    ];
    const first = [
      ...rowsOf('pack and push, registry empty', cold(plain), peers(cold(loop)), rounds),
      ...rowsOf('publish, registry empty', cold(publish), peers(cold(loop)), rounds),
    ];
    return `${table([...first, ...unchanged])}\n\npublish also pushes the step image, and an SBOM and provenance for each`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
