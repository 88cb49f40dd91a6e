import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** A process that answers requests for blobs. */
export interface BlobServer {
  readonly requests: Writable;
  readonly output: AsyncIterator<Buffer, unknown, undefined>;
  /** Rejects where there was no process at all. */
  readonly exited: Promise<unknown>;
  /** Ends it, whatever it does. */
  readonly end: () => void;
  /** Ends it, reads nothing more of it, and keeps nobody waiting until it has gone. */
  readonly letGo: () => void;
}

export function startBlobServer(program: () => void): BlobServer {
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--max-old-space-size=64', '-e', `(${program.toString()})()`],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      // The process gets nothing of our environment: no credentials, and no options of node.
      env: {},
    },
  );
  const exited = once(child, 'exit');
  // Only a reader whose database was not read to its end asks how the process ended.
  exited.catch(() => {});
  // EPIPE comes from a process that has ended, which its output shows too.
  child.stdin.on('error', () => {});
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const end = () => {
    process.off('exit', kill);
    kill();
  };
  const letGo = () => {
    end();
    child.unref();
    child.stdin.destroy();
    child.stdout.destroy();
  };
  return { requests: child.stdin, output: child.stdout[Symbol.asyncIterator](), exited, end, letGo };
}
