import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ToolError, ToolMissingError, ToolNotStartedError } from './tool-error.ts';

/**
 * What a program makes of some bytes, as it comes; it ends when nobody reads on.
 *
 * @throws {ToolMissingError} when there is no such program
 * @throws {ToolNotStartedError} when the system does not start it
 * @throws {ToolError} when it fails
 */
export async function* filter(
  program: string,
  args: readonly string[],
  input: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const started = once(child, 'spawn').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? new ToolMissingError(program)
      : new ToolNotStartedError(program, error.code ?? 'unknown');
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-10_000);
  });
  // One that ends early has said why on stderr.
  child.stdin.on('error', () => undefined);
  try {
    await started;
    child.stdin.end(input);
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const { code, signal } = await ended;
    if (code === 0) return;
    const facts = { exitCode: code ?? undefined, signal: signal ?? undefined };
    throw new ToolError({ program, ...facts, timedOut: false, timeout: undefined, stderr });
  } finally {
    child.kill('SIGKILL');
  }
}
