import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { findProgram } from './find-program.ts';

/**
 * Starts a server in a group of its own, so that a Ctrl-C on the terminal does not reach it, and lets the kernel end it
 * when this process ends, even by SIGKILL. Where util-linux' setpriv is not installed, it ends with its caller's help
 * alone. `run` is for programs that end by themselves.
 *
 * @param options endedBy: the signal by which the kernel ends it
 */
export async function spawnWithParent(
  program: string,
  args: readonly string[],
  { endedBy, ...options }: SpawnOptions & { readonly endedBy: 'SIGTERM' | 'SIGKILL' },
): Promise<ChildProcess> {
  const setpriv = await findProgram('setpriv');
  const command = [program, ...args];
  const [head = program, ...tail] =
    setpriv === undefined ? command : [setpriv, '--pdeathsig', endedBy.slice('SIG'.length), '--', ...command];
  return spawn(head, tail, { ...options, detached: true });
}
