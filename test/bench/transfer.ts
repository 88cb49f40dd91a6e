import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { bundledProgram } from './bundled-program.ts';
import { largeLayout } from './large-layout.ts';
import type { Command } from './measure.ts';
import { rowsOf } from './rows.ts';
import { emptyRegistry, startScratchRegistry } from './scratch-registry.ts';
import { table } from './table.ts';

const MEBIBYTES = 1_024;
const skopeoCopy = (...args: readonly string[]): Command => ({
  program: 'skopeo',
  args: ['copy', '--quiet', ...args],
});

/** An image of 1 GiB to a registry and back, against crane and skopeo. */
export async function benchTransfer(runs: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-transfer-'));
  try {
    await using registry = await startScratchRegistry(join(directory, 'registry'));
    const source = await largeLayout(join(directory, 'image'), MEBIBYTES);
    const crane = await goTool('crane');
    const ourCopy = copyWith(await bundledProgram(join(import.meta.dirname, 'copy.ts'), directory));
    const repository = `${registry.host}/bench/image`;
    const rounds = { runs, warmUps: 1, memoryRuns: 1 };

    const cold = (command: Command): Command => ({ ...command, before: () => emptyRegistry(registry) });
    const push = rowsOf(
      'push 1 GiB',
      cold(ourCopy(source, repository)),
      {
        ...(crane && { crane: cold({ program: crane, args: ['push', source, `${repository}:1`] }) }),
        skopeo: cold(skopeoCopy('--dest-tls-verify=false', `oci:${source}:1`, `docker://${repository}:1`)),
      },
      rounds,
    );

    const again = ourCopy(source, repository);
    await run(again.program, again.args);
    const target = join(directory, 'pulled');
    const fresh = (command: Command): Command => ({
      ...command,
      before: () => rmSync(target, { recursive: true, force: true }),
    });
    const pull = rowsOf(
      'pull 1 GiB',
      fresh(ourCopy(repository, target)),
      {
        ...(crane && {
          crane: fresh({ program: crane, args: ['pull', '--format=oci', `${repository}:1`, target] }),
        }),
        skopeo: fresh(skopeoCopy('--src-tls-verify=false', `docker://${repository}:1`, `oci:${target}:1`)),
      },
      rounds,
    );
    return table([...push, ...pull]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const copyWith =
  (program: string) =>
  (from: string, to: string): Command => ({ program: process.execPath, args: [program, from, to] });
