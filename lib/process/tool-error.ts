import { ExpectedError } from '#lib/errors';

/** A program ran and failed; the facts are fields, so that a caller decides on them and not on text. */
export class ToolError extends ExpectedError {
  override readonly name = 'ToolError';
  override readonly kind = 'environment';
  readonly program: string;
  /** Undefined when a signal ended the program. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  /** The last lines that it wrote to stderr. */
  readonly stderr: string;

  constructor(facts: {
    program: string;
    exitCode: number | undefined;
    signal: string | undefined;
    timedOut: boolean;
    timeout: number | undefined;
    stderr: string;
  }) {
    const { program, exitCode, signal, timedOut, timeout, stderr } = facts;
    const how = timedOut
      ? `did not end within ${(timeout ?? 0) / 1000} s`
      : signal !== undefined
        ? `was ended by ${signal}`
        : `exited with code ${exitCode}`;
    const said = stderr.trim().split('\n').slice(-3).join(' / ');
    super(`${program} ${how}${said === '' ? '' : `: ${said}`}`);
    this.program = program;
    this.exitCode = exitCode;
    this.signal = signal;
    this.timedOut = timedOut;
    this.stderr = stderr;
  }
}

/** The program is not on this machine. */
export class ToolMissingError extends ExpectedError {
  override readonly name = 'ToolMissingError';
  override readonly kind = 'environment';

  constructor(program: string) {
    super(`the program ${program} is not installed`, { hint: `install ${program} and run again` });
  }
}

/** The system did not start the program: it is not executable, its arguments are too long. */
export class ToolNotStartedError extends ExpectedError {
  override readonly name = 'ToolNotStartedError';
  override readonly kind = 'environment';

  /** @param why the system's name of the error; never its text, which has the arguments in it */
  constructor(program: string, why: string) {
    super(`the program ${program} cannot be started: ${why}`);
  }
}
