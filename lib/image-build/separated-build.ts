import type { RunOptions, RunResult } from '#lib/process';
import { withSpace } from './little-space.ts';
import { cleanEnvironment, makeNamespaces, type Namespaces, notSeparated, runIn } from './namespaces.ts';
import { changeRoot } from './new-root.ts';

interface Place {
  /** What the build sees of the pod, each at its own path. */
  readonly directories: readonly string[];
  /** Where the tools keep temporary files: a directory in one of these. */
  readonly temporary: string;
}

/** What a step has: programs that log under their name, and the log itself. */
interface Means {
  readonly tool: (program: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;
  readonly log: { readonly info: (message: string) => void; readonly warn: (message: string) => void };
}

/** Where the code of a build may do what it wants: nothing of the pod but what it is given is in reach. */
export interface SeparatedBuild extends AsyncDisposable {
  readonly buildah: (
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
    /** The pod's, or one that has nothing but loopback. */
    network?: 'pod' | 'none',
  ) => Promise<RunResult>;
  /** Another program, whose output nobody sees. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<RunResult>;
}

/**
 * A RUN line is root, and chroot does not hold root: there must be nothing for it outside of its chroot. So the build
 * has a root of its own, made in one user namespace and used in a second one inside, to which every mount of the first
 * is locked. /proc is the container's: of processes outside the kernel shows it what anybody may see, but neither root,
 * environment, files nor memory, which need CAP_SYS_PTRACE in the namespace of the process (ptrace(2), "Ptrace access
 * mode checking").
 */
export async function separateBuild(
  { directories, temporary }: Place,
  { tool, log }: Means,
): Promise<SeparatedBuild> {
  const { inner, close } = await makeRoom(directories).catch((cause: unknown) => {
    throw notSeparated(cause);
  });
  const env = { ...cleanEnvironment, ...proxies(log), HOME: '/root', TMPDIR: temporary };
  const [enter = '', ...rest] = inner.enter;
  const options: RunOptions = {
    name: 'buildah',
    cwd: '/',
    inheritEnv: false,
    output: (line) => log.info(`[buildah] ${line}`),
  };
  return {
    buildah: (args, environment = {}, network = 'pod') =>
      tool(enter, [...rest, ...(network === 'none' ? withoutNetwork : []), 'buildah', ...args], {
        ...options,
        env: { ...env, ...environment },
      }).catch(async (error: unknown) => {
        throw await withSpace(error, directories);
      }),
    run: (program, ...args) => runIn(inner.enter, program, args),
    [Symbol.asyncDispose]: close,
  };
}

/** A new network namespace has a loopback that is down, which programs do not expect. What follows is data of the shell. */
const withoutNetwork = [
  'unshare',
  '--net',
  '--',
  'sh',
  '-c',
  'if command -v ip >/dev/null; then ip link set lo up; fi; exec "$@"',
  'sh',
];

interface Room {
  readonly inner: Namespaces;
  readonly close: () => Promise<void>;
}

async function makeRoom(directories: readonly string[]): Promise<Room> {
  const outer = await makeNamespaces();
  try {
    await changeRoot(outer.enter, directories);
    const inner = await makeNamespaces(outer.enter);
    const close = async () => {
      await inner[Symbol.asyncDispose]();
      await outer[Symbol.asyncDispose]();
    };
    // buildah makes a chroot for every source of a COPY, which a seccomp profile may forbid alone.
    await runIn(inner.enter, 'chroot', ['/', 'true']).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { inner, close };
  } catch (error) {
    await outer[Symbol.asyncDispose]();
    throw error;
  }
}

/** The variables that name proxies: every RUN gets and needs them; one with a password in it is a credential. */
function proxies(log: Means['log']): Readonly<Record<string, string>> {
  const given = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    /^(?:https?|ftp|no|all)_proxy$/i.test(name) && value !== undefined ? [[name, value]] : [],
  );
  const safe = given.filter(([, value]) => !value.includes('@'));
  for (const [name] of given.filter((one) => !safe.includes(one))) {
    log.warn(`${name} is not given to the build: it has a user or password in it`);
  }
  return Object.fromEntries(safe);
}
