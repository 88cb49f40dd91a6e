import {
  access,
  chmod,
  constants,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** This machine's root in parts: the kernel lets a user without privileges put no overlay over one with mounts in it. */
export interface AssembledRoot {
  /** A directory of our own, with links as they are, and an empty place for all else. */
  readonly path: string;
  /** Directories of this machine over which overlays are put, each at its own place. */
  readonly overlays: readonly string[];
  /** Files of this machine to be mounted there, read-only. */
  readonly files: readonly string[];
}

/** A container has its own; what containers of the machine are made of comes and goes. */
const own = new Set(['/dev', '/proc', '/run', '/sys', '/tmp', '/var/lib/containers', '/var/lib/docker']);
/** An overlay cannot be put over those of the kernel's, of the network's and of programs'. */
const ofDisks = /^(?:btrfs|bcachefs|erofs|ext[234]|f2fs|overlay|squashfs|tmpfs|xfs|zfs)$/;

/**
 * Makes it in a directory, which is not there yet. As under one overlay over all, what is mounted further down than in
 * the root is empty; so is what may not be read.
 *
 * @param inside where something will be mounted: where it cannot be made in an overlay it is made here
 */
export async function assembleRoot(path: string, inside: readonly string[]): Promise<AssembledRoot> {
  const mounted = await mountedDirectories();
  const missing = (await Promise.all(inside.map(firstMissing))).flat();
  const opened = new Set([...mounted.keys(), ...missing].flatMap(parentsOf));
  const overlays: string[] = [];
  const files: string[] = [];

  const open = async (directory: string): Promise<void> => {
    await mkdir(join(path, directory));
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const at = join(directory, entry.name);
      if (entry.isSymbolicLink()) await symlink(await readlink(at), join(path, at));
      else if (entry.isDirectory()) await place(at);
      else if (entry.isFile() && (await isAllowed(at, constants.R_OK))) {
        await writeFile(join(path, at), '');
        files.push(at);
      }
    }
  };
  const place = async (at: string): Promise<void> => {
    const type = mounted.get(at);
    const isEmpty =
      own.has(at) ||
      (type !== undefined && (dirname(at) !== '/' || !ofDisks.test(type))) ||
      !(await isAllowed(at, constants.R_OK | constants.X_OK));
    if (!isEmpty && opened.has(at)) return open(at);
    await mkdir(join(path, at));
    if (!isEmpty) overlays.push(at);
  };

  await open('/');
  await chmod(join(path, 'tmp'), 0o1777);
  return { path, overlays, files };
}

/** By the file system that is mounted there (proc_pid_mountinfo(5)); the last one covers those before it. */
async function mountedDirectories(): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).trim().split('\n');
  return new Map(
    lines.map((line): [string, string] => {
      const [before = '', after = ''] = line.split(' - ');
      return [unescaped(before.split(' ')[4] ?? ''), after.split(' ')[0] ?? ''];
    }),
  );
}

function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** The directory that is not there and would have to be made, if there is one. */
async function firstMissing(path: string): Promise<readonly string[]> {
  if (path === '/' || (await isAllowed(path, constants.F_OK))) return [];
  const parent = await realpath(dirname(path)).catch(() => undefined);
  return parent === undefined ? firstMissing(dirname(path)) : [join(parent, basename(path))];
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** `/`, `/usr` and `/usr/lib` of `/usr/lib/os`. */
function parentsOf(path: string): readonly string[] {
  return path === '/' ? [] : [...parentsOf(dirname(path)), dirname(path)];
}
