import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, Server } from 'node:net';
import { BackendError } from '../model/errors.ts';
import { inNetworkOf } from './probe.ts';
import type { Service } from './service.ts';

/** Milliseconds for a process to start in another namespace. */
const TIMEOUT = 20_000;

/** A listener on this machine's loopback. */
export async function listenHere(): Promise<Server> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return listener;
}

/**
 * A listener on the loopback of a container's network: a process that enters it opens the socket, hands it over and
 * ends. The socket stays in the network in which it was opened.
 *
 * @throws {BackendError} where none can be opened there
 */
export async function listenInside(service: Service, container: string): Promise<Server> {
  const [program = '', ...enter] = (await inNetworkOf(service, container)) ?? [];
  if (program === '') throw new BackendError('the network of the pod is gone');
  const args = [...enter, process.execPath, '--input-type=module', '--eval', listen];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], timeout: TIMEOUT });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000);
  });
  let given: Server | undefined;
  child.once('message', (_, listener) => {
    if (listener instanceof Server) given = listener;
    child.disconnect();
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(notThere(cause.message, cause)));
    // Not before it has ended: as long as it has the socket, too, some of those who connect are its own. Node tells
    // `close` of no child that has handed over a socket.
    child.once('exit', () => {
      if (given) resolve(given);
      else reject(notThere(said.trim() || 'it gave no socket'));
    });
  });
}

function notThere(why: string, cause?: unknown): BackendError {
  return new BackendError(`cannot listen in the network of the pod: ${why}`, { cause });
}

const listen = `
import { createServer } from 'node:net';
process.once('disconnect', () => process.exit());
const listener = createServer().listen(0, '127.0.0.1', () => process.send('listening', listener));
`;
