import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '#lib/process';
import { canBeHost, startTestHost } from '#test/servers/build-host';
import { bundledProgram } from './bundled-program.ts';
import type { Command } from './measure.ts';
import { rowsOf } from './rows.ts';
import { table } from './table.ts';

const FILES = 1_024;
const MEBIBYTE = 1024 * 1024;

/**
 * 1 GiB that does not compress, in files of 1 MiB and as one file, such as the pack of a repository's history, to this
 * machine's own sshd: against rsync as Konflux' task calls it. That begins a file again that a cut leaves in parts.
 */
export async function benchHost(runs: number): Promise<string> {
  if (!canBeHost) return 'not measured: openssh-server is not installed';
  const directory = await mkdtemp(join(tmpdir(), 'bench-host-'));
  const there = await startTestHost();
  let cutter: ChildProcess | undefined;
  try {
    const source = join(directory, 'source');
    writeTree(source);
    const program = await bundledProgram(join(import.meta.dirname, 'send-to-host.ts'), directory);
    const target = join(there.userDirectory, 'target');
    const { user, port, key } = there.sshd;
    const half = spawnCutter(port, (FILES * MEBIBYTE) / 2);
    cutter = half.child;
    const cutPort = await half.port;

    const whole = join(directory, 'whole');
    writeWhole(whole);
    const ours = (to: number, from = source): Command => ({
      program: process.execPath,
      args: [program, `${user}@127.0.0.1:${to}`, target, key, from],
      env: { TMPDIR: directory },
    });
    const rsync = (to: number, from: string): Command => {
      const ssh = `ssh -F none -i ${key} -p ${to} -o StrictHostKeyChecking=no -o UserKnownHostsFile=${directory}/known -o LogLevel=ERROR -o ServerAliveInterval=60 -o ServerAliveCountMax=10`;
      const once = ['rsync', '--timeout=300', '-razW', '-e', ssh, `${from}/`, `${user}@127.0.0.1:${target}/`];
      return { program: 'sh', args: ['-c', '"$@" || "$@"', 'sh', ...once] };
    };
    const fresh = (command: Command): Command => ({
      ...command,
      before: () => {
        rmSync(target, { recursive: true, force: true });
        mkdirSync(target);
        half.child.kill('SIGUSR2');
      },
    });
    const peers = async (to: number, from = source): Promise<Record<string, Command>> =>
      (await findProgram('rsync')) === undefined ? {} : { rsync: fresh(rsync(to, from)) };
    const rounds = { runs, warmUps: 1, memoryRuns: 1 };
    return table([
      ...rowsOf('1 GiB to a host', fresh(ours(port)), await peers(port), rounds),
      ...rowsOf('the same, cut at 50 %', fresh(ours(cutPort)), await peers(cutPort), rounds),
      ...rowsOf(
        'one file of 1 GiB, cut at 50 %',
        fresh(ours(cutPort, whole)),
        await peers(cutPort, whole),
        rounds,
      ),
    ]);
  } finally {
    cutter?.kill();
    await there.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function writeTree(directory: string): void {
  for (let file = 0; file < FILES; file++) {
    const folder = join(directory, `folder-${file % 32}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${file}.rpm`), randomBytes(MEBIBYTE));
  }
}

function writeWhole(directory: string): void {
  mkdirSync(directory);
  for (let part = 0; part < FILES; part++)
    appendFileSync(join(directory, 'objects.pack'), randomBytes(MEBIBYTE));
}

/** A process of its own: this one waits for what it measures. */
function spawnCutter(port: number, bytes: number) {
  const program = join(import.meta.dirname, 'cut-connections.ts');
  const child = spawn(process.execPath, [program, String(port), String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, port: once(child.stdout, 'data').then(([data]) => Number(String(data))) };
}
