import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { ExpectedError } from '#lib/errors';
import { run, ToolError, ToolMissingError } from '#lib/process';

/** Namespaces that last as long as a process of ours holds them. */
export interface Namespaces extends AsyncDisposable {
  /** What stands before a command that is to run in them. */
  readonly enter: readonly string[];
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** All that programs in namespaces see of the environment. */
export const cleanEnvironment = { PATH: process.env.PATH ?? usualPath };

/**
 * A user namespace with the same ids as here, whose root has every capability in it and none outside, and a mount
 * namespace of its own. Within others when their `enter` is given: what they have mounted cannot be taken away or
 * made writable then (mount_namespaces(7), "Restrictions on mount namespaces").
 *
 * @throws {ToolError} when the kernel or its seccomp profile does not let us
 */
export async function makeNamespaces(enter: readonly string[] = []): Promise<Namespaces> {
  const [program, ...args] = [...enter, 'unshare', '--user', '--mount', '--propagation=private', '--', 'cat'];
  // Its working directory must be one that changing the root changes, too.
  const holder = spawn(program, args, { cwd: '/', env: cleanEnvironment });
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  holder.stdin.on('error', () => undefined);
  const end = async () => {
    holder.stdin.end();
    await ended;
  };
  try {
    await answered(holder);
    // An id outside of the container's own map cannot be mapped further.
    for (const map of ['uid_map', 'gid_map']) {
      const input = sameIds(await readFile(`/proc/self/${map}`, 'utf8'));
      await runIn(enter, 'tee', [`/proc/${holder.pid}/${map}`], { input });
    }
    return {
      enter: ['nsenter', `--target=${holder.pid}`, '--user', '--mount', '--'],
      [Symbol.asyncDispose]: end,
    };
  } catch (cause) {
    await end();
    throw cause;
  }
}

/**
 * The error for a build without namespaces. Nothing is built: a build beside the credentials could reach all that they
 * open.
 */
export function notSeparated(cause: unknown): Error {
  if (!(cause instanceof ToolError)) return cause instanceof Error ? cause : new Error(String(cause));
  return new ExpectedError('cannot put the build out of reach of the credentials of its pod', {
    cause,
    hint: 'the step needs user namespaces: no seccomp profile, or one that lets it call unshare, mount, pivot_root and chroot (RuntimeDefault does not), and user.max_user_namespaces above 0',
  });
}

/** Runs a program in the namespaces, or here where there are none. */
export function runIn(
  enter: readonly string[],
  program: string,
  args: readonly string[],
  options: { readonly input?: string } = {},
): ReturnType<typeof run> {
  const [first = '', ...rest] = [...enter, program, ...args];
  return run(first, rest, { ...options, cwd: '/', env: cleanEnvironment, inheritEnv: false });
}

/** Waits for the process to echo what it reads, which it does once it has left our namespaces. */
function answered(holder: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    holder.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
    holder.stdout?.once('data', () => resolve());
    holder.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new ToolMissingError(holder.spawnfile) : error),
    );
    holder.once('close', (exitCode, signal) =>
      reject(
        new ToolError({
          program: 'unshare',
          exitCode: exitCode ?? undefined,
          signal: signal ?? undefined,
          timedOut: false,
          timeout: undefined,
          stderr: complaint,
        }),
      ),
    );
    holder.stdin?.write('\n');
  });
}

/**
 * Lines of user_namespaces(7), "User and group ID mappings": each id of ours becomes the same id, but for the last one
 * of all. Programs recognise a machine's own namespace by a map without an end (RunningInUserNS, runc
 * libcontainer/userns/userns_linux.go), and then make device nodes, which is forbidden in any other.
 */
export function sameIds(map: string): string {
  return map
    .trim()
    .split('\n')
    .map((line) => {
      const [inside, , count] = line.trim().split(/\s+/).map(Number);
      return `${inside} ${inside} ${count === ALL ? ALL - 1 : count}\n`;
    })
    .join('');
}

const ALL = 4_294_967_295;
