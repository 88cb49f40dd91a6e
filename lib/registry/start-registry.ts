import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDirectories, spawnWithParent } from '#lib/process';
import { configuration } from './configuration.ts';
import type { RegistryOptions } from './options.ts';
import { findRegistryProgram, RegistryProgramError } from './program.ts';

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:<port>`, as it stands in an image reference. */
  readonly host: string;
  readonly url: string;
  readonly storage: string;
  /** The file with everything that the server said. */
  readonly log: string;
  readonly pid: number;
  /** Ends the server and waits for it; further calls do nothing. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const READY_TIMEOUT = 15_000;
const STOP_TIMEOUT = 5_000;

/**
 * Starts distribution's registry on loopback and waits until it answers. It ends with this process, however that ends.
 *
 * @throws {RegistryProgramError} when the program is missing or does not come up
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const program = options.program ?? (await findRegistryProgram());
  const home = await mkdtemp(join(tmpdir(), 'registry-'));
  const storage = options.storage ?? join(home, 'storage');
  const log = join(home, 'registry.log');
  const config = join(home, 'config.yml');
  makeDirectories(storage);
  const htpasswd = join(home, 'htpasswd');
  if (options.htpasswd !== undefined) await writeFile(htpasswd, `${options.htpasswd}\n`, { mode: 0o600 });
  // JSON is YAML, so that no path can break out of its string.
  await writeFile(config, JSON.stringify(configuration(options, storage, htpasswd)), { mode: 0o600 });

  const child = await startServer(program, ['serve', config], log);
  const exited = once(child, 'exit');
  const endNow = () => child.kill('SIGKILL');
  const onExit = () => {
    endNow();
    rmSync(home, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    process.off('exit', onExit);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const timer = setTimeout(endNow, STOP_TIMEOUT);
      await exited;
      clearTimeout(timer);
    }
    await rm(home, { recursive: true, force: true });
  };
  try {
    const host = `127.0.0.1:${await listeningPort(child, log)}`;
    const url = `${options.tls === undefined ? 'http' : 'https'}://${host}`;
    return { host, url, storage, log, pid: child.pid as number, stop, [Symbol.asyncDispose]: () => stop() };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The output of the server goes into a file and not into memory: a server runs for hours. */
async function startServer(program: string, args: readonly string[], log: string): Promise<ChildProcess> {
  const output = await open(log, 'a');
  try {
    const child = await spawnWithParent(program, args, {
      endedBy: 'SIGKILL',
      stdio: ['ignore', output.fd, output.fd],
      // The server does not get our environment: REGISTRY_* variables would override the configuration.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, OTEL_TRACES_EXPORTER: 'none' },
    });
    await once(child, 'spawn');
    // A test or a command must be able to end while its registry runs.
    child.unref();
    return child;
  } catch (cause) {
    throw new RegistryProgramError(`cannot start ${program}`, { cause });
  } finally {
    await output.close();
  }
}

/** The server picks the port itself and says which: no other process can take it in between. */
async function listeningPort(child: ChildProcess, log: string): Promise<number> {
  const deadline = Date.now() + READY_TIMEOUT;
  for (;;) {
    const said = await readFile(log, 'utf8');
    const port = /listening on [^\s"]*:(?<port>\d+)/.exec(said)?.groups?.port;
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      const last = said.trim().split('\n').slice(-3).join(' / ');
      throw new RegistryProgramError(`the registry did not come up: ${last || 'it said nothing'}`);
    }
    await sleep(20);
  }
}
