import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '#lib/process';

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));

/** Whether openssh-server is on this machine. */
export const hasSshServer = SSHD !== undefined;

export interface SshServer {
  readonly port: number;
  /** The user that may log in: the one that runs the test. */
  readonly user: string;
  /** Private key that the server takes. */
  readonly key: string;
  /** The line for known_hosts. */
  readonly knownHost: string;
  stop(): Promise<void>;
}

/**
 * openssh-server on a free port of loopback, with keys of its own in a directory that is there.
 *
 * @param environment variables of the sessions
 */
export async function startSshServer(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<SshServer> {
  const port = await freePort();
  const [host, key, pid] = ['host', 'key', 'pid'].map((name) => join(directory, name));
  for (const path of [host, key])
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path ?? '']);
  // sshd of root wants it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const config = join(directory, 'sshd_config');
  const variables = Object.entries(environment).map(([name, value]) => `${name}="${value}"`);
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${host}`,
    `AuthorizedKeysFile ${key}.pub`,
    `PidFile ${pid}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    // sshd reads the first of such lines, and no other.
    ...(variables.length === 0 ? [] : [`SetEnv ${variables.join(' ')}`]),
  ];
  writeFileSync(config, `${settings.join('\n')}\n`);
  const child = spawn(SSHD ?? 'sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${Buffer.concat(said).toString()}`);
    await sleep(50);
  }
  const { stdout } = await run('ssh-keyscan', ['-p', String(port), '-t', 'ed25519', '127.0.0.1']);
  return {
    port,
    user: userInfo().username,
    key: key ?? '',
    knownHost: stdout,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
