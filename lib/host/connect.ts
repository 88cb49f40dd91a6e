import { randomUUID } from 'node:crypto';
import { type AccessOptions, openAccess } from './access.ts';
import { cleanUp } from './clean-up.ts';
import { type Connection, type HostLog, run } from './connection.ts';
import { HostCommandError, InvalidHostError } from './errors.ts';
import { type Fetched, fetch } from './fetch.ts';
import { type HostJob, startJob } from './job.ts';
import type { JobOptions } from './job-scripts.ts';
import { keeperArguments, renewLease, START_KEEPER } from './lease.ts';
import { ONCE } from './once-script.ts';
import { type Sent, send } from './send.ts';
import { shellWords } from './shell.ts';

export interface ConnectOptions extends AccessOptions {
  /** Absolute path of a directory on the host; in it we make one of our own. */
  readonly directory: string;
  readonly log: HostLog;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for which a host that does not answer is asked again; 180,000 where nothing is said. */
  readonly patience?: number | undefined;
}

export interface ExecOptions {
  /** For messages: `cannot reach u@host while <doing>`; by default the program's name. */
  readonly doing?: string;
  /** Text for its standard input; by default there is none. */
  readonly input?: string;
}

/**
 * A machine behind ssh, with a directory on it that is ours alone. Disposing of it cleans up there; where whoever holds it
 * is killed, or does not reach the machine any more, a keeper there does so half an hour later.
 */
export interface BuildHost extends AsyncDisposable {
  /** As it was given, for messages. */
  readonly address: string;
  /** Absolute path on the host; with modes that let nobody else in. */
  readonly directory: string;
  /** `key=value`: containers and volumes that carry this label are removed by `cleanUp`, and no others. */
  readonly label: string;
  /** What `uname -m` says there. */
  readonly machine: string;
  /**
   * Runs a program, once: after a cut its end is waited for. Its arguments are data, 60 KiB in all; whatever is larger,
   * secret or long goes through `send` and `start`.
   *
   * @returns what it wrote to standard output
   * @throws {HostCommandError} when it fails
   * @throws {HostUnreachableError} when the patience is over
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<string>;
  /** Puts directories and files into their places below `directory`, all in one stream that a cut does not begin again. */
  send(things: readonly Sent[]): Promise<void>;
  /** Brings the content of a directory, of files and directories alone. */
  fetch(thing: Fetched): Promise<void>;
  /** Starts a program that runs in `directory` whether somebody is connected or not; its values are seen by nobody else. */
  start(options: JobOptions): Promise<HostJob>;
  /**
   * Ends the jobs, and removes containers, volumes and the directory. It has a minute of its own, so that it works when the signal is aborted.
   *
   * @returns what is still there, as a reader finds it; nothing where the host is clean
   */
  cleanUp(): Promise<readonly string[]>;
}

/** Makes the directory, starts its keeper, and tells how the machine is called and what it lacks. */
const PREPARE = `umask 077
for tool in tar tail dd stat grep setsid; do
  command -v "$tool" >/dev/null 2>&1 || { echo "there is no $tool" >&2; exit 1; }
done
mkdir -p -- "$1" || exit 1
${START_KEEPER}
uname -m`;

const PATIENCE = 180_000;
/** Milliseconds that a preparation has to end in, when it is aborted. */
const PREPARATION = 5_000;

/**
 * Connects to a host, and makes a directory there.
 *
 * @throws {InvalidHostError} for an address or a directory that is none
 * @throws {HostRefusedError} when the key or the host's own key is refused
 * @throws {HostUnreachableError} when there is no answer
 * @throws {HostCommandError} when the host lacks a program or does not let us make the directory
 */
export async function connectHost(options: ConnectOptions): Promise<BuildHost> {
  const { directory: parent, log, signal, patience = PATIENCE } = options;
  if (!parent.startsWith('/') || /[\0\n]/.test(parent))
    throw new InvalidHostError(`the directory on the build host ${options.address} is no absolute path`);
  const id = randomUUID();
  const directory = `${parent.replace(/\/+$/, '')}/bootc-catalog-${id}`;
  const label = `bootc-catalog.host=${id}`;
  let count = 0;
  let lease: Disposable | undefined;
  const access = openAccess(options);
  const connection: Connection = { access, patience, signal, log, hasBegun: false };
  const host: Omit<BuildHost, 'machine'> = {
    address: access.name,
    directory,
    label,
    async exec(argv, { doing = `it runs ${argv[0]}`, input = '' } = {}) {
      if (shellWords(argv).length > 60 * 1024)
        throw new HostCommandError(`the arguments of ${argv[0]} are too long for the build host`);
      return await run(connection, doing, {
        script: ONCE,
        args: [directory, `.exec/${++count}`, String(Buffer.byteLength(input)), ...argv],
        input,
      });
    },
    send: (things) => send(connection, { directory, number: ++count }, things),
    fetch: (thing) => fetch(connection, { directory, number: ++count }, thing),
    start: (job) => startJob(connection, { directory, number: ++count }, job),
    cleanUp: () => cleanUp(connection, { directory, label }),
    async [Symbol.asyncDispose]() {
      try {
        lease?.[Symbol.dispose]();
        for (const left of await host.cleanUp()) log.warn(`left on the build host ${access.name}: ${left}`);
      } finally {
        access[Symbol.dispose]();
      }
    },
  };
  // Only a preparation that has ended, one way or the other, can be cleaned up.
  const preparing: Connection = { ...connection, signal: afterwards(signal, PREPARATION) };
  try {
    const machine = await run(preparing, 'it is prepared', {
      script: PREPARE,
      args: [directory, label, ...keeperArguments],
    });
    signal?.throwIfAborted();
    lease = renewLease(connection, directory);
    return { ...host, machine: machine.trim() };
  } catch (error) {
    // The directory may be there, where only the answer was lost.
    if (preparing.hasBegun) await host[Symbol.asyncDispose]();
    else access[Symbol.dispose]();
    throw error;
  }
}

/** A signal that is aborted so many milliseconds after another one. */
function afterwards(signal: AbortSignal | undefined, time: number): AbortSignal {
  const late = new AbortController();
  const wait = () => void setTimeout(() => late.abort(signal?.reason), time).unref();
  if (signal?.aborted) late.abort(signal.reason);
  else signal?.addEventListener('abort', wait, { once: true });
  return late.signal;
}
