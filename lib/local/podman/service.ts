import { access, mkdtemp, rm } from 'node:fs/promises';
import type { Agent, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnWithParent } from '#lib/process';
import { BackendError } from '../model/errors.ts';
import type { Invocation } from './invocation.ts';

/** Podman's REST API. One process serves the whole run: starting the program for each step would cost more than the step. */
export interface Service {
  /** Its own, gone when it is closed. */
  readonly directory: string;
  /**
   * When it listens, as it must before it is called.
   * @throws {BackendError} when podman does not start to
   */
  readonly listening: Promise<void>;
  /** @throws {PodmanError} for an answer that is no success */
  readonly call: (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;
  /** A connection that is no longer HTTP, as attaching to a container gives it. */
  readonly upgrade: (path: string) => Promise<{ readonly socket: Socket; readonly head: Buffer }>;
  readonly close: () => Promise<void>;
}

/** An answer of podman that is no success. */
export class PodmanError extends BackendError {
  override readonly name = 'PodmanError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * node:http is not imported: that would load all of undici for one of its exports. It takes time, so podman starts
 * first.
 */
const http = () => process.getBuiltinModule('node:http');

const API = '/v4.0.0/libpod';
const START_TIMEOUT = 30_000;
/** How the names of the directories begin that hold sockets. */
const SOCKET_PREFIX = 'bootc-catalog-podman-';

/** Starts it, and does not wait until it listens. */
export async function startService(invocation: Invocation): Promise<Service> {
  // Not in the run's directory: the name of a socket may have 107 bytes only.
  const directory = await mkdtemp(resolve(tmpdir(), SOCKET_PREFIX));
  const socketPath = join(directory, 'sock');
  const args = [...invocation.global, 'system', 'service', '--time=0', `unix://${socketPath}`];
  // A Ctrl-C on the terminal is for the engine, which needs podman to clean up.
  const child = await spawnWithParent('podman', args, {
    endedBy: 'SIGTERM',
    // Where conmon leaves a file `oom` for a container that memory has run out for.
    cwd: directory,
    env: withAbsolutePaths(process.env),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let isOver = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000);
  });
  child.once('error', (error) => {
    said = error.message;
    isOver = true;
  });
  child.once('exit', () => {
    isOver = true;
  });
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  const agent = new (http().Agent)({ keepAlive: true });
  const listen = async () => {
    for (const deadline = Date.now() + START_TIMEOUT; !(await answers(socketPath, agent)); await sleep(5)) {
      if (isOver || Date.now() > deadline) {
        end();
        throw new BackendError(`podman does not serve its API: ${said.trim() || 'it ended'}`);
      }
    }
    child.unref();
    (child.stderr as Socket | null)?.unref();
  };
  const listening = listen();
  // The rejection reaches whoever awaits the promise; this keeps Node from ending before.
  listening.catch(() => undefined);
  return {
    directory,
    listening,
    call: (method, path, body) => call({ socketPath, agent, method, path: API + path }, body),
    upgrade: (path) => upgrade(socketPath, API + path),
    close: async () => {
      await listening.catch(() => undefined);
      process.off('exit', end);
      agent.destroy();
      end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Variables by which podman finds its files, and which may be relative to the directory that we were called in. */
const PATHS = [
  'REGISTRY_AUTH_FILE',
  'DOCKER_CONFIG',
  'CONTAINERS_CONF',
  'CONTAINERS_CONF_OVERRIDE',
  'CONTAINERS_STORAGE_CONF',
  'CONTAINERS_REGISTRIES_CONF',
  'TMPDIR',
];

function withAbsolutePaths(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const paths = PATHS.flatMap((name) => (env[name] ? [[name, resolve(env[name])]] : []));
  return { ...env, ...Object.fromEntries(paths) };
}

/** Removes the directory of a service that was killed; any other directory stays, whatever a file says of it. */
export async function removeServiceDirectory(directory: string): Promise<void> {
  if (basename(directory).startsWith(SOCKET_PREFIX)) await rm(directory, { recursive: true, force: true });
}

/** The socket is there a moment before podman listens. */
async function answers(socketPath: string, agent: Agent): Promise<boolean> {
  if (!(await exists(socketPath))) return false;
  return call({ socketPath, agent, method: 'GET', path: `${API}/_ping` }, undefined).then(
    () => true,
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

interface Target {
  readonly socketPath: string;
  readonly agent: Agent;
  readonly method: string;
  readonly path: string;
}

function call(target: Target, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const sent = http().request({ ...target, headers }, (answer) => {
      readAnswer(answer).then(resolve, reject);
    });
    sent.once('error', (cause) => reject(unreachable(cause)));
    sent.end(text);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const status = answer.statusCode ?? 0;
  if (status >= 400) throw new PodmanError(status, messageOf(text));
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { readonly message?: string }).message ?? text;
  } catch {
    return text;
  }
}

function upgrade(
  socketPath: string,
  path: string,
): Promise<{ readonly socket: Socket; readonly head: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = http().request({
      socketPath,
      path,
      method: 'POST',
      headers: { Connection: 'Upgrade', Upgrade: 'tcp' },
    });
    sent.once('upgrade', (_answer, socket: Socket, head) => resolve({ socket, head }));
    sent.once('response', (answer) => {
      readAnswer(answer).then(
        () => reject(new BackendError('podman did not attach to the container')),
        reject,
      );
    });
    sent.once('error', (cause) => reject(unreachable(cause)));
    sent.end();
  });
}

function unreachable(cause: Error): BackendError {
  return new BackendError(`podman does not answer: ${cause.message}`, { cause });
}
