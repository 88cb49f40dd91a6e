import { type Entry, Rootfs } from '#lib/rootfs';

/** A path and what is there: text is a file, `-> x` a link, `/` a directory, undefined nothing. */
export type Files = Readonly<Record<string, string | Buffer | undefined>>;

export const kernelVersion = '6.17.4-300.fc43.aarch64';
export const modules = `usr/lib/modules/${kernelVersion}`;

/** The files of an image that no check has anything against: aarch64, without an RPM database. */
export const goodFiles: Files = {
  boot: '/',
  dev: '/',
  proc: '/',
  sys: '/',
  run: '/',
  tmp: '/',
  var: '/',
  sysroot: '/',
  ostree: '-> sysroot/ostree',
  'etc/passwd': 'root:x:0:0::/root:/bin/bash\nsshd:x:74:74::/:/bin/false\n',
  'etc/group': 'root:x:0:\nsshd:x:74:\n',
  'etc/yum.repos.d/fedora.repo':
    '[fedora]\nmetalink=https://mirrors.fedoraproject.org/metalink?repo=fedora-43\n',
  'usr/lib/os-release': 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=43\n',
  'usr/lib/ostree/prepare-root.conf': '[composefs]\nenabled = yes\n',
  'usr/lib/bootc/kargs.d/00.toml': 'kargs = ["rw"]\nmatch-architectures = ["aarch64"]\n',
  'usr/lib/sysusers.d/basic.conf': '# a comment\nu root 0 "Super User" /root /bin/bash\n',
  'usr/lib/sysusers.d/sshd.conf': 'u! sshd 74 "Privilege-separated SSH" /usr/share/empty.sshd\n',
  'usr/lib/tmpfiles.d/var.conf': 'd /var/lib 0755 root root -\nd /var/lib/sshd 0711 root root -\n',
  'usr/lib/systemd/systemd': elf(183),
  [`${modules}/vmlinuz`]: 'kernel',
  [`${modules}/initramfs.img`]: 'initramfs',
};

/** The beginning of an ELF program for a machine (e_machine), little-endian unless told. */
export function elf(machine: number, endian = 1): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[4] = 2;
  header[5] = endian;
  if (endian === 2) header.writeUInt16BE(machine, 18);
  else header.writeUInt16LE(machine, 18);
  return header;
}

export async function rootfsOf(files: Files) {
  const directory: Entry = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, isUtf8: true };
  const entries = new Map<string, Entry>();
  for (const [path, what] of Object.entries(files)) {
    if (what === undefined) continue;
    const parents = path.split('/').slice(0, -1);
    for (const [index] of parents.entries()) entries.set(parents.slice(0, index + 1).join('/'), directory);
    if (what === '/') entries.set(path, directory);
    else if (typeof what === 'string' && what.startsWith('-> '))
      entries.set(path, { ...directory, type: 'symlink', link: what.slice(3) });
    else entries.set(path, { ...directory, type: 'file', size: what.length, content: Buffer.from(what) });
  }
  const tree = new Rootfs(entries);
  const read = (path: string) => {
    const real = tree.resolve(path);
    const entry = real === undefined ? undefined : tree.get(real);
    if (real === undefined || entry === undefined) return { kind: 'absent' } as const;
    if (entry.content === undefined) return { kind: 'unreadable', path: real, why: 'is no file' } as const;
    return { kind: 'content', path: real, bytes: entry.content } as const;
  };
  return {
    entries,
    paths: [...entries.keys()],
    get: (path: string) => {
      const at = path.lastIndexOf('/');
      const parent = at === -1 ? '' : tree.resolve(path.slice(0, at));
      return parent === undefined ? undefined : tree.get(parent === '' ? path : `${parent}${path.slice(at)}`);
    },
    resolve: (path: string) => tree.resolve(path),
    list: (path: string) => {
      const real = tree.resolve(path);
      return real === undefined ? [] : tree.list(real);
    },
    below: (path: string) => tree.below(path),
    read,
    head: read,
    unread: [],
  };
}
