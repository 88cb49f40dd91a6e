import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from './measure.ts';

/** Milliseconds between two looks. */
const INTERVAL = 5;

/** Megabytes that a command has in its temporary directory at most, as far as looking often enough tells. */
export async function peakDisk({ program, args, env = {} }: Command): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-disk-'));
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, bytesBelow(directory));
  }, INTERVAL);
  try {
    const child = spawn(program, args, {
      env: { ...process.env, ...env, TMPDIR: directory },
      stdio: 'ignore',
    });
    const [status] = (await once(child, 'exit')) as [number];
    if (status !== 0) throw new Error(`cannot measure ${program}: it ended with ${status}`);
  } finally {
    clearInterval(timer);
    rmSync(directory, { recursive: true });
  }
  return peak / 1e6;
}

/** What goes away while it is counted counts for nothing. */
function bytesBelow(directory: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      bytes += entry.isDirectory() ? bytesBelow(path) : lstatSync(path).blocks * 512;
    }
  } catch {
    return bytes;
  }
  return bytes;
}
