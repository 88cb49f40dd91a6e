import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from './measure.ts';

/** Milliseconds between two looks. */
const INTERVAL = 10;

/** MiB that a command and its children have resident at most, shared pages counted for each: as often looked at as told. */
export async function peakTree({ program, args, env = {} }: Command): Promise<number> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, child.pid === undefined ? 0 : residentOf(child.pid));
  }, INTERVAL);
  const [status] = (await once(child, 'exit')) as [number];
  clearInterval(timer);
  if (status !== 0) throw new Error(`cannot measure ${program}: it ended with ${status}`);
  return peak / 1024;
}

/** KiB of a process and of those below it. What ends meanwhile counts for nothing. */
function residentOf(pid: number): number {
  try {
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.reduce((sum, one) => sum + residentOf(Number(one)), own);
  } catch {
    return 0;
  }
}
