import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundledProgram } from '../bundled-program.ts';
import type { Command } from '../measure.ts';
import { peakTree } from '../peak-tree.ts';
import { rowsOf } from '../rows.ts';
import { table } from '../table.ts';
import { type LockedRpms, writeLockedRpms } from './locked-rpms.ts';

const EACH = 500;

/**
 * The RPMs of a lock, from loopback to finished repositories, all verified; against programs that do one part of it each,
 * one after the other. hermeto, which no package registry has, is no peer here.
 */
export async function benchRpms(runs: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-rpms-'));
  const served = join(directory, 'served');
  const server = spawn(
    process.execPath,
    [await bundledProgram(join(import.meta.dirname, 'serve-directory.ts'), directory), served],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    mkdirSync(served);
    const [url] = (await once(createInterface(server.stdout), 'line')) as [string];
    const rpms = await writeLockedRpms(served, url, EACH);
    const source = join(directory, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'rpms.lock.yaml'), rpms.lock);
    const target = join(directory, 'target');
    const fresh = (command: Command): Command => ({
      ...command,
      before: () => rmSync(target, { recursive: true, force: true }),
    });
    const ours = fresh({
      program: process.execPath,
      args: [await bundledProgram(join(import.meta.dirname, 'prefetch.ts'), directory), source, target],
    });
    const peer = fresh({
      program: join(import.meta.dirname, 'fetch-rpms.sh'),
      args: [...writeLists(directory, rpms), target],
    });
    const rows = rowsOf(
      `${rpms.files.length.toLocaleString('en')} RPMs of four architectures to finished repositories`,
      ours,
      { 'curl -Z, sha256sum, createrepo_c': peer },
      { runs, warmUps: 1, memoryRuns: 0 },
    );
    ours.before?.();
    return `${table(rows)}\n\nmemory, with children: ${(await peakTree(ours)).toFixed(0)} MiB`;
  } finally {
    server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What curl and sha256sum read; the latter has places relative to the target. */
function writeLists(directory: string, { files }: LockedRpms): readonly [string, string] {
  const [urls, sums] = [join(directory, 'urls'), join(directory, 'sums')];
  writeFileSync(urls, files.map(({ url, place }) => `url = "${url}"\noutput = "${place}"\n`).join(''));
  writeFileSync(sums, files.map(({ sha256, place }) => `${sha256}  ${place}\n`).join(''));
  return [urls, sums];
}
