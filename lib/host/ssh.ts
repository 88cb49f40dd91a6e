import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { ToolMissingError, ToolNotStartedError } from '#lib/process';
import type { Access } from './access.ts';
import { shellWord, shellWords } from './shell.ts';

export interface Command {
  /** Script of a POSIX shell, the same for every value. */
  readonly script: string;
  /** Its `$1`, `$2`, …: data, whatever is in them; 60 KiB in all. */
  readonly args?: readonly string[];
  /** Bytes for its standard input; without them it has none. */
  readonly input?: AsyncIterable<Uint8Array> | undefined;
  /** Takes its standard output as it comes; the next piece waits for it. */
  readonly output?: ((bytes: Buffer) => Promise<void> | void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type End =
  /** The script ended by itself. */
  | { readonly kind: 'ended'; readonly code: number; readonly stderr: string }
  /** No connection, or none any more: a script that had begun may have ended, or go on. */
  | { readonly kind: 'cut'; readonly hasBegun: boolean; readonly why: string };

/** Bytes of standard error that are kept from its beginning, where ssh itself speaks, and from its end. */
const KEPT = 32 * 1024;

/**
 * Options that stand for every connection. No file of the user's or the machine's changes them, nothing is asked, and a
 * connection on which nothing comes for a minute counts as cut.
 */
const OPTIONS: readonly string[] = [
  'BatchMode=yes',
  'IdentitiesOnly=yes',
  'IdentityAgent=none',
  'PreferredAuthentications=publickey',
  'UserKnownHostsFile=known_hosts',
  'GlobalKnownHostsFile=none',
  'UpdateHostKeys=no',
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'ConnectTimeout=20',
  'ServerAliveInterval=15',
  'ServerAliveCountMax=4',
  'LogLevel=ERROR',
  // The fastest ones that every OpenSSH since 6.2 has stand first; what a host's policy refuses is left out of the talk.
  'Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com',
];

/**
 * Runs a script on the host, once, over a connection of its own.
 *
 * @throws {ToolMissingError} where there is no ssh
 * @throws the reason of the signal, and what `input` or `output` throw
 */
export async function ssh(access: Access, command: Command): Promise<End> {
  const { script, args = [], input, output, signal } = command;
  signal?.throwIfAborted();
  const mark = `bootc-catalog-${randomUUID()}`;
  // The user's shell takes one word, and ours the script. The marks tell what ssh says from what the script says, and a
  // script that ended from a cut.
  const inner = `echo ${mark} >&2\n(\nset -- ${shellWords(args)}\n${script}\n)\necho "${mark} $?" >&2`;
  const child = spawn('ssh', [...sshArguments(access), `/bin/sh -c ${shellWord(inner)}`], {
    cwd: access.directory,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: 'pipe',
    detached: true,
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  try {
    const ended = once(child, 'close') as Promise<[number | null]>;
    const stderr = keepEnds(child.stderr);
    let failure: { readonly error: unknown } | undefined;
    const fail = (error: unknown) => {
      failure ??= { error };
      kill();
    };
    // Its end is not waited for: what it waits for may never come after a cut.
    void give(child, input).catch(fail);
    await Promise.all([ended, take(child, output).catch(fail)]);
    if (failure !== undefined) throw failure.error;
    signal?.throwIfAborted();
    return endOf(stderr(), mark);
  } catch (error) {
    signal?.throwIfAborted();
    throw notStarted(error);
  } finally {
    process.off('exit', kill);
    signal?.removeEventListener('abort', kill);
  }
}

function sshArguments({ isKnown, address: { user, host, port } }: Access): string[] {
  return [
    '-F',
    'none',
    '-T',
    '-i',
    'key',
    ...[`StrictHostKeyChecking=${isKnown ? 'yes' : 'accept-new'}`, ...OPTIONS].flatMap((option) => [
      '-o',
      option,
    ]),
    '-p',
    String(port),
    ...(user === undefined ? [] : ['-l', user]),
    host,
  ];
}

/** What goes wrong with the connection is told by its end; only what goes wrong with the source is an error here. */
async function give({ stdin }: ChildProcessWithoutNullStreams, input: Command['input']): Promise<void> {
  const closed = new Promise<void>((resolve) => stdin.once('close', resolve));
  stdin.on('error', () => {});
  for await (const bytes of input ?? []) {
    if (stdin.destroyed) return;
    if (!stdin.write(bytes)) await Promise.race([once(stdin, 'drain').catch(() => {}), closed]);
  }
  stdin.end();
}

async function take(child: ChildProcessWithoutNullStreams, output: Command['output']): Promise<void> {
  for await (const bytes of child.stdout as AsyncIterable<Buffer>) await output?.(bytes);
}

function keepEnds(stream: Readable): () => string {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  stream.on('data', (bytes: Buffer) => {
    const room = KEPT - head.length;
    if (room > 0) head = Buffer.concat([head, bytes.subarray(0, room)]);
    if (bytes.length > room) tail = Buffer.concat([tail, bytes.subarray(Math.max(0, room))]).subarray(-KEPT);
  });
  return () => Buffer.concat([head, tail]).toString();
}

function endOf(text: string, mark: string): End {
  const [before = '', said, code] = text.split(mark);
  if (said === undefined) return { kind: 'cut', hasBegun: false, why: before.trim() };
  const number = /^ (\d+)\n/.exec(code ?? '')?.[1];
  if (number === undefined) return { kind: 'cut', hasBegun: true, why: said.trim() };
  return { kind: 'ended', code: Number(number), stderr: said.trim() };
}

function notStarted(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall?.startsWith('spawn') !== true) return error;
  return code === 'ENOENT' ? new ToolMissingError('ssh') : new ToolNotStartedError('ssh', code ?? '');
}
