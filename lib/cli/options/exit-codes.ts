import { CommanderError } from 'commander';
import { ExpectedError } from '#lib/errors';

/**
 * A contract with scripts: append, never renumber. Each kind of an ExpectedError has its own name here.
 * docs/exit-codes.md shows this table, and a test compares the two.
 */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  environment: 3,
  invalid: 4,
  runFailed: 5,
  timedOut: 6,
  checkFailed: 7,
  wouldMove: 8,
  cancelled: 130,
} as const;

export const meaning: Readonly<Record<keyof typeof exitCode, string>> = {
  done: 'done',
  failed: 'a bug, or two bundles that differ',
  usage: 'the command line is wrong',
  environment: 'something is missing or broken on this machine or the network',
  invalid: 'what was given is not valid: a definition, a run, a bundle, an image; nothing was started',
  runFailed: 'the run failed',
  timedOut: 'it timed out',
  checkFailed: 'a check of an image failed',
  wouldMove: 'something would move: what was planned is not there yet',
  cancelled: 'it was cancelled',
};

/** For the help of a command: those that it can end with. */
export function exitCodesHelp(...names: readonly (keyof typeof exitCode)[]): string {
  return [
    'Exit codes:',
    ...names.map((name) => `  ${String(exitCode[name]).padStart(3)}  ${meaning[name]}`),
  ].join('\n');
}

/** The command was ended from outside, and has nothing else to say. */
export class CancelledError extends ExpectedError {
  override readonly name = 'CancelledError';
  override readonly kind = 'environment';
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof CancelledError) return exitCode.cancelled;
  if (error instanceof ExpectedError) return exitCode[error.kind];
  // An error of the system, such as a directory that cannot be written, is no bug.
  return error instanceof Error && 'syscall' in error ? exitCode.environment : exitCode.failed;
}
