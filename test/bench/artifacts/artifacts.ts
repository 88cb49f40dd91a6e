import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#lib/process';
import { goTool } from '#test/registries/go-tool';
import { bundledProgram } from '../bundled-program.ts';
import type { Command } from '../measure.ts';
import { peakTree } from '../peak-tree.ts';
import { rowsOf } from '../rows.ts';
import { emptyRegistry, startScratchRegistry } from '../scratch-registry.ts';
import { table } from '../table.ts';
import { writeSourceTree } from './source-tree.ts';

const FILES = 50_000;
const MEBIBYTES = 1_024;

/** A trusted artifact of 1 GiB in 50,000 files, made and used, against the programs that upstream's scripts call. */
export async function benchArtifacts(runs: number): Promise<string> {
  const oras = await goTool('oras');
  if (oras === undefined) return 'there is no oras: nothing was measured';
  const directory = mkdtempSync(join(tmpdir(), 'bench-artifacts-'));
  try {
    await using registry = await startScratchRegistry(join(directory, 'registry'));
    const tree = join(directory, 'tree');
    writeSourceTree(tree, FILES, MEBIBYTES);
    const store = `${registry.host}/bench/artifact`;
    const rounds = { runs, warmUps: 1, memoryRuns: 0 };
    const ours = async (name: string, ...args: readonly string[]): Promise<Command> => ({
      program: process.execPath,
      args: [await bundledProgram(join(import.meta.dirname, name), directory), ...args],
    });
    const peer = (name: string, ...args: readonly string[]): Command => ({
      program: join(import.meta.dirname, name),
      args: [oras, ...args],
    });

    const uriFile = join(directory, 'uri');
    const cold = (command: Command): Command => ({ ...command, before: () => emptyRegistry(registry) });
    const create = cold(await ours('create-artifact.ts', tree, `${store}:1`, uriFile));
    const created = rowsOf(
      'create 1 GiB in 50,000 files',
      create,
      { 'tar, gzip -n, oras push': cold(peer('create-artifact.sh', tree, `${store}:1`)) },
      rounds,
    );
    emptyRegistry(registry);
    const createMemory = await peakTree(create);

    const uri = readFileSync(uriFile, 'utf8');
    const place = join(directory, 'used');
    const fresh = (command: Command): Command => ({
      ...command,
      before: () => {
        rmSync(place, { recursive: true, force: true });
        mkdirSync(place);
      },
    });
    const use = fresh(await ours('use-artifact.ts', uri, place));
    const used = rowsOf(
      'use it, verified before anything is seen',
      use,
      { 'oras blob fetch, tar': fresh(peer('use-artifact.sh', uri.slice('oci:'.length), place)) },
      rounds,
    );
    use.before?.();
    const useMemory = await peakTree(use);
    await run('diff', ['--recursive', '--no-dereference', tree, place]);
    return [
      table([...created, ...used]),
      `memory: create ${createMemory.toFixed(0)} MiB, use ${useMemory.toFixed(0)} MiB`,
    ].join('\n\n');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
