import { type Connection, persist, run } from './connection.ts';
import { HostCommandError, HostJobLostError } from './errors.ts';
import { FOLLOW, type JobOptions, jobScript, START, STOP } from './job-scripts.ts';
import { createLines } from './lines.ts';

/** A program that runs on the host whether somebody is connected or not. */
export interface HostJob {
  /**
   * Gives on its standard output and error, line by line, until it ends. After a cut it goes on where it was, so that
   * every line comes once.
   *
   * @returns its exit code, as a shell has it: 128 and the signal's number for one that was killed
   * @throws {HostJobLostError} when it ended and left none: its keeper was killed, or the host was started anew
   * @throws {HostUnreachableError} when the patience is over; the program may still run
   */
  follow(line: (text: string) => void): Promise<number>;
  /**
   * Ends the program and what it started in its process group: SIGTERM, then SIGKILL after `grace` milliseconds (10,000
   * where nothing is said). It works when the signal is aborted; one that has ended is left alone.
   */
  stop(grace?: number): Promise<void>;
}

const GRACE = 10_000;

/**
 * Starts a program, once, however often the connection is cut meanwhile.
 *
 * @param directory of the host, where the program runs
 * @param number of this job
 */
export async function startJob(
  connection: Connection,
  { directory: parent, number }: { readonly directory: string; readonly number: number },
  options: JobOptions,
): Promise<HostJob> {
  const name = options.argv[0] ?? '';
  const script = jobScript(parent, options);
  const place = `jobs/${number}`;
  const directory = `${parent}/${place}`;
  await run(connection, `${name} is started`, {
    script: START,
    args: [parent, place, String(Buffer.byteLength(script))],
    input: script,
  });
  return {
    async follow(line) {
      const lines = createLines(line);
      let position = 1;
      const doing = `the log of ${name} is followed`;
      const { code, stderr } = await persist(connection, doing, (gained) => ({
        script: FOLLOW,
        args: [directory, String(position)],
        output: (bytes) => {
          position += bytes.length;
          lines.add(bytes);
          gained();
        },
      }));
      lines.end();
      return exitCodeOf(stderr, code, `${name} on the build host ${connection.access.name}`);
    },
    async stop(grace = GRACE) {
      const signal = AbortSignal.timeout(grace + 60_000);
      const args = [String(Math.ceil(grace / 100)), directory];
      await run({ ...connection, signal }, `${name} is stopped`, { script: STOP, args });
    },
  };
}

function exitCodeOf(stderr: string, code: number, what: string): number {
  const [, kind, text = ''] = /^(code|lost): (.*)$/m.exec(stderr) ?? [];
  if (code === 0 && kind === 'code' && /^\d+$/.test(text)) return Number(text);
  if (code === 0 && kind === 'lost')
    throw new HostJobLostError(`${what} has no exit code: ${text}`, {
      hint: 'it may have had too little memory; start the run again',
    });
  throw new HostCommandError(`the log of ${what} cannot be followed: exit code ${code}: ${stderr}`);
}
