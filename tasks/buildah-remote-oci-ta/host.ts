import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** Where a TaskRun builds, as the multi-platform controller says it. */
export type Host =
  /** `isPrivileged`: the step is already on its host, in a container with all capabilities. */
  { readonly kind: 'here'; readonly isPrivileged: boolean } | SshHost;

export interface SshHost {
  readonly kind: 'ssh';
  /** `user@host`; the local engine also gives a port. */
  readonly address: string;
  /** Absolute path on the host. */
  readonly directory: string;
  readonly key: Key;
  /** File that must have the host's own key, which only the local engine gives. */
  readonly knownHosts: string | undefined;
  /** Milliseconds for which a host that gives no answer is asked again; only the local engine says it. */
  readonly patience: number | undefined;
}

export type Key =
  | { readonly kind: 'file'; readonly path: string }
  /** A password that is good once, for the key that a server hands out. */
  | { readonly kind: 'otp'; readonly path: string; readonly server: string; readonly ca: string };

/** The controller has no host for the build, or its secret is not one. */
export class HostError extends ExpectedError {
  override readonly name = 'HostError';
  override readonly kind = 'environment';
}

/** Key beside `host: localhost` that this task itself gives to the step on a host. */
export const PRIVILEGED = 'privileged';

/**
 * Reads the secret of the multi-platform controller (its README, "How it works"): `error` alone, or `host`, which is
 * `localhost` or `user@address` with `user-dir` and either `id_rsa` or `otp`, `otp-server` and `otp-ca`.
 *
 * @throws {HostError} with the controller's own text, or the key that is missing
 */
export async function readHost(directory: string): Promise<Host> {
  const failure = await read(directory, 'error');
  if (failure !== undefined) {
    throw new HostError(`the multi-platform controller has no host: ${failure}`, {
      hint: 'start the run again; when it stays, tell whoever runs the controller',
    });
  }
  const address = await need(directory, 'host');
  if (address === 'localhost')
    return { kind: 'here', isPrivileged: (await read(directory, PRIVILEGED)) !== undefined };
  const userDirectory = await need(directory, 'user-dir');
  const hasKnownHosts = (await read(directory, 'known_hosts')) !== undefined;
  const knownHosts = hasKnownHosts ? join(directory, 'known_hosts') : undefined;
  const patience = patienceOf(await read(directory, 'patience'));
  const host = { kind: 'ssh', address, directory: userDirectory, knownHosts, patience } as const;
  if ((await read(directory, 'otp')) !== undefined) {
    const [server, ca] = [await need(directory, 'otp-server'), await need(directory, 'otp-ca')];
    return { ...host, key: { kind: 'otp', path: join(directory, 'otp'), server, ca } };
  }
  await need(directory, 'id_rsa');
  return { ...host, key: { kind: 'file', path: join(directory, 'id_rsa') } };
}

function patienceOf(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(seconds)) return Number(seconds) * 1000;
  throw new HostError("the key patience of the host's secret is no number of seconds");
}

async function need(directory: string, key: string): Promise<string> {
  const text = await read(directory, key);
  if (text !== undefined && text !== '') return text;
  throw new HostError(
    `the secret of the multi-platform controller has ${text === '' ? 'an empty' : 'no'} key ${key}`,
    { hint: 'PLATFORM must be a param of the TaskRun, so that the controller makes the secret for it' },
  );
}

async function read(directory: string, key: string): Promise<string | undefined> {
  try {
    const text = (await readFile(join(directory, key), 'utf8')).trim();
    // A certificate and a key have lines; nothing else of the secret is shown.
    return key === 'error' ? printable(text) : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new HostError(`cannot read the key ${key} of the multi-platform controller's secret`, {
      cause: error,
    });
  }
}
