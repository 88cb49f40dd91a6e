import { spawn } from 'node:child_process';
import type { ContainerOutput } from '../backend.ts';

/** A `podman run` in the foreground: its output is the container's, its exit code too. */
export interface Attached {
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

const TAIL = 2_000;

/**
 * Not by #lib/process: that collects what a program writes, and a step may write gigabytes. The group of its
 * own keeps a Ctrl-C on the terminal from reaching podman, which would end the container by itself.
 */
export function attach(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  output: ContainerOutput,
): Attached {
  const child = spawn('podman', args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => output(chunk, 'stdout'));
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('utf8')).slice(-TAIL);
    output(chunk, 'stderr');
  });
  const ended = new Promise<{ exitCode: number; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ exitCode: code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), stderr: tail }),
    );
  });
  return { ended };
}
