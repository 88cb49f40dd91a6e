import { pause, waitBefore } from '#lib/http';
import { printable } from '#lib/text';
import type { Access } from './access.ts';
import { HostCommandError, HostRefusedError, HostUnreachableError } from './errors.ts';
import { type Command, type End, ssh } from './ssh.ts';

export interface HostLog {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** A host, and how patient we are with it. */
export interface Connection {
  readonly access: Access;
  /** Milliseconds without a connection, or with connections on which nothing is gained, until the host is given up. */
  readonly patience: number;
  readonly signal: AbortSignal | undefined;
  readonly log: HostLog;
  /** Whether a script of ours has run there, in part at least, as far as anybody knows. */
  hasBegun: boolean;
}

type Ended = Extract<End, { kind: 'ended' }>;

/** A connection that lasted so many milliseconds was one: ssh gives up sooner where it comes to none. */
const LASTED = 30_000;
const BACK_OFF = { attempts: Number.POSITIVE_INFINITY, delay: 100, maxDelay: 10_000 };

/**
 * Runs a script until it ends: after a cut it is run again, over a new connection.
 *
 * @param doing for messages: `cannot reach u@host while <doing>`
 * @param next makes each attempt's command, and is told what counts as gained since the last one
 * @throws {HostRefusedError} at once where a further attempt would be refused, too
 * @throws {HostUnreachableError} when the patience is over
 */
export async function persist(
  connection: Connection,
  doing: string,
  next: (gained: () => void) => Promise<Command> | Command,
): Promise<Ended> {
  const { access, patience, signal, log } = connection;
  let since = performance.now();
  let tries = 0;
  const gained = () => {
    since = performance.now();
    tries = 0;
  };
  for (;;) {
    const start = performance.now();
    const end = await ssh(access, { signal, ...(await next(gained)) }).catch((error: unknown) => {
      // Nobody knows what an attempt has done that was ended from here.
      connection.hasBegun ||= signal?.aborted === true;
      throw error;
    });
    connection.hasBegun ||= end.kind === 'ended' || end.hasBegun;
    if (end.kind === 'ended') return end;
    if (!end.hasBegun) refuse(access.name, end.why);
    if (performance.now() - start > LASTED) gained();
    tries++;
    const why = lastLine(end.why);
    const wait = waitBefore(tries, undefined, BACK_OFF) ?? BACK_OFF.maxDelay;
    if (performance.now() - since + wait > patience)
      throw new HostUnreachableError(
        `cannot reach the build host ${access.name} while ${doing}, for ${Math.round(patience / 1000)} s: ${why}`,
        {
          hint: 'is the host up, and reachable from here? What it was asked to do may be done there in part',
        },
      );
    log.warn(`no connection to ${access.name} while ${doing} (${why}): it is taken up again`);
    await pause(wait, signal);
  }
}

/**
 * Runs a script that may run twice, and must succeed.
 *
 * @returns what it wrote to standard output, 16 MiB at most
 * @throws {HostCommandError} when it fails
 */
export async function run(
  connection: Connection,
  doing: string,
  command: Pick<Command, 'script' | 'args' | 'signal'> & { readonly input?: string },
): Promise<string> {
  const { access } = connection;
  const { input, ...rest } = command;
  let chunks: Buffer[] = [];
  const { code, stderr } = await persist(connection, doing, () => {
    chunks = [];
    let size = 0;
    return {
      ...rest,
      input: input === undefined ? undefined : once(input),
      output: (bytes) => {
        size += bytes.length;
        if (size > MOST)
          throw new HostCommandError(`the build host ${access.name} says more than 16 MiB while ${doing}`);
        chunks.push(bytes);
      },
    };
  });
  if (code !== 0) throw failed(connection, doing, code, stderr);
  return Buffer.concat(chunks).toString();
}

export function failed(
  { access }: Connection,
  doing: string,
  code: number,
  stderr: string,
): HostCommandError {
  const said = stderr === '' ? '' : `: ${lastLine(stderr)}`;
  return new HostCommandError(
    `failed on the build host ${access.name} while ${doing}: exit code ${code}${said}`,
  );
}

const MOST = 16 * 1024 * 1024;

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** What ssh says that the next attempt would say as well (ssh(1) has no codes for them). */
const FINAL: readonly (readonly [RegExp, string, string])[] = [
  [
    /Load key|invalid format|error in libcrypto/,
    'the key is no private key that ssh reads',
    'give a private key without passphrase',
  ],
  [
    /Permission denied|Too many authentication failures/,
    'it refuses the key',
    'is the key the one of this user there?',
  ],
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'it shows another host key than before',
    'another machine may answer in its place; for a new one give its known_hosts line',
  ],
  [
    /Host key verification failed/,
    'its host key is none of the known ones',
    'give the known_hosts line of the host',
  ],
  [/Name or service not known|nodename nor servname/, 'nobody knows its name', 'check the address'],
  [/no matching|Bad configuration|unknown option|command-line/, 'ssh cannot talk to it', 'see what ssh says'],
];

function refuse(name: string, stderr: string): void {
  for (const [pattern, why, hint] of FINAL)
    if (pattern.test(stderr))
      throw new HostRefusedError(`cannot use the build host ${name}: ${why} (${lastLine(stderr)})`, { hint });
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? 'the connection was cut' : printable(lines.slice(-2).join(' / ').slice(-500));
}
