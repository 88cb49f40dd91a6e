import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockedFlags } from './locked-flags.ts';
import { runIn } from './namespaces.ts';

/** Where the new root is put together, in a mount namespace of its own. */
const NEW = '/mnt';

/** The parts of /etc that buildah and its tools read; the rest may hold a credential. */
const settings = [
  'alternatives',
  'containers/policy.json',
  'containers/registries.d',
  'crypto-policies',
  'group',
  'host.conf',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'passwd',
  'pki/ca-trust',
  'pki/tls/cert.pem',
  'pki/tls/certs',
  'pki/tls/openssl.cnf',
  'protocols',
  'services',
  'ssl/cert.pem',
  'ssl/certs',
  'ssl/openssl.cnf',
].map((name) => `etc/${name}`);

/** These files are mounts, and on some machines links to places that the new root does not have. */
const networkSettings = ['/etc/hosts', '/etc/resolv.conf'];

const deviceLinks = ['fd', 'ptmx', 'stderr', 'stdin', 'stdout'].map((name) => `dev/${name}`);
const devices = ['full', 'fuse', 'null', 'random', 'tty', 'urandom', 'zero'].map((name) => `/dev/${name}`);

/**
 * Gives the namespaces a root of nothing but what a build needs: the programs of the image, read-only, the devices that
 * every container has, /proc and /sys, and these directories, each at its own path. All else is no longer there, so
 * that nobody has to know where credentials may be.
 */
export async function changeRoot(enter: readonly string[], directories: readonly string[]): Promise<void> {
  const inside = (program: string, ...args: readonly string[]) => runIn(enter, program, args);
  const bind = (path: string) => inside('mount', '--rbind', '--', path, `${NEW}${path}`);
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const bindReadOnly = async (path: string) => {
    await bind(path);
    const options = ['remount', 'bind', 'ro', ...lockedFlags(path, mounts)];
    await inside('mount', `--options=${options.join(',')}`, '--', `${NEW}${path}`);
  };

  const programs = await programDirectories();
  const [files, links, network, dev] = await Promise.all([
    existing(settings),
    existing([...programs.links, ...deviceLinks], 'link'),
    existing(networkSettings),
    existing(devices),
  ]);
  await inside('mount', '--types=tmpfs', '--options=mode=0755', 'tmpfs', NEW);
  const made = ['/dev/pts', '/dev/shm', '/etc', '/old', '/proc', '/root', '/run', '/sys', '/tmp', '/var/tmp'];
  await inside(
    'mkdir',
    '--parents',
    '--',
    ...[...made, ...programs.directories, ...directories].map((path) => `${NEW}${path}`),
  );
  await inside('chmod', '1777', ...['/dev/shm', '/tmp', '/var/tmp'].map((path) => `${NEW}${path}`));
  await inside('cp', '--archive', '--parents', '--', ...files, ...links, NEW);
  await inside('cp', '--dereference', '--', ...network, `${NEW}/etc`);
  for (const path of programs.directories) await bindReadOnly(path);

  await inside('touch', '--', ...dev.map((path) => `${NEW}${path}`));
  for (const path of dev) await bind(path);
  await inside('mount', '--types=devpts', '--options=newinstance,ptmxmode=0666', 'devpts', `${NEW}/dev/pts`);
  // /proc and /sys are bound and not mounted anew: the kernel forbids that where the runtime masks parts of them.
  for (const path of ['/proc', '/sys', ...directories]) await bind(path);

  await inside('pivot_root', NEW, `${NEW}/old`);
  await inside('umount', '--lazy', '/old');
  await inside('rmdir', '/old');
}

interface Programs {
  readonly directories: readonly string[];
  /** Links such as /bin, on all but the oldest of distributions. */
  readonly links: readonly string[];
}

async function programDirectories(): Promise<Programs> {
  const entries = await readdir('/', { withFileTypes: true });
  const named = entries.filter(({ name }) => /^(?:bin|sbin|lib\w*)$/.test(name));
  const directories = named.filter((entry) => entry.isDirectory()).map(({ name }) => `/${name}`);
  return {
    directories: ['/usr', ...directories],
    links: named.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name),
  };
}

async function existing(paths: readonly string[], kind: 'any' | 'link' = 'any'): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => lstat(join('/', path)).catch(() => undefined)));
  return paths.filter((_, index) => found[index] && (kind === 'any' || found[index].isSymbolicLink()));
}
