import { stat } from 'node:fs/promises';
import type { Options } from 'execa';
import type { ExpectedError } from '#lib/errors';
import { ToolError, ToolMissingError, ToolNotStartedError } from './tool-error.ts';

/** Takes one line of a program's output, without its newline. */
export type Output = (line: string, stream: 'stdout' | 'stderr') => void;

export interface RunOptions {
  readonly cwd?: string;
  /** What errors call it, where one program starts another. */
  readonly name?: string;
  /** Added to this process' environment; secrets go here or into `input`, never into the arguments. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether this process' environment is given on; by default it is. */
  readonly inheritEnv?: boolean;
  /** Text for the program's standard input; without it there is none. */
  readonly input?: string;
  /** Milliseconds until the program's group is ended. */
  readonly timeout?: number;
  /** Ends the program's whole group: SIGTERM, then SIGKILL after `grace`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace?: number;
  /** Where each line goes as it comes; by default nowhere. */
  readonly output?: Output;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
}

const GRACE = 10_000;
const TAIL_LINES = 20;

/**
 * Runs a program without a shell, in a process group of its own, and waits for it.
 *
 * @throws {ToolMissingError} when there is no such program
 * @throws {ToolNotStartedError} when the system does not start it
 * @throws {ToolError} when it fails, runs too long, or is aborted
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  // Execa would quote it.
  if (args.some((one) => one.includes('\0')))
    throw new ToolNotStartedError(program, 'an argument has a NUL in it');
  // Loaded when first needed: most steps never start a program.
  const { execa } = await import('execa');
  const { output, timeout, grace = GRACE, signal } = options;
  const tail: string[] = [];
  const child = execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    extendEnv: options.inheritEnv ?? true,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    stdout: tap('stdout', output),
    stderr: tap('stderr', output, tail),
    // A group of its own: what the program started ends with it.
    detached: true,
    cleanup: true,
    reject: false,
    stripFinalNewline: false,
  } satisfies Options);

  let timedOut = false;
  const endGroup = () => {
    kill(child.pid, 'SIGTERM');
    setTimeout(() => kill(child.pid, 'SIGKILL'), grace).unref();
  };
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          endGroup();
        }, timeout);
  const exit = () => kill(child.pid, 'SIGKILL');
  signal?.addEventListener('abort', endGroup, { once: true });
  process.once('exit', exit);
  try {
    const result = await child;
    if (!result.failed) return { stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? '') };
    signal?.throwIfAborted();
    const { code, exitCode, signal: endedBy } = result;
    // Never with execa's own error as the cause: it quotes the whole command line, params and all.
    if (code === 'ENOENT') throw await missing(program, options.cwd);
    if (code !== undefined && exitCode === undefined) throw new ToolNotStartedError(program, code);
    throw new ToolError({
      program: options.name ?? program,
      exitCode,
      signal: endedBy,
      timedOut,
      timeout,
      stderr: tail.join('\n'),
    });
  } finally {
    clearTimeout(timer);
    process.off('exit', exit);
    signal?.removeEventListener('abort', endGroup);
  }
}

/** ENOENT means the program, or the directory that it was to be started in. */
async function missing(program: string, cwd: string | undefined): Promise<ExpectedError> {
  const isThere = cwd === undefined || (await stat(cwd).catch(() => undefined))?.isDirectory() === true;
  return isThere ? new ToolMissingError(program) : new ToolNotStartedError(program, `no directory ${cwd}`);
}

function tap(stream: 'stdout' | 'stderr', output: Output | undefined, tail?: string[]) {
  function* transform(line: unknown) {
    const text = String(line);
    const bare = text.replace(/\r?\n$/, '');
    output?.(bare, stream);
    if (tail) {
      tail.push(bare);
      if (tail.length > TAIL_LINES) tail.shift();
    }
    yield text;
  }
  return { transform, preserveNewlines: true };
}

function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
