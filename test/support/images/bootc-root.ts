import type { Planted } from './rootfs.ts';

/** A path and what is there: text is a file, `-> x` a link, `/` a directory, undefined nothing. */
export type Files = Readonly<Record<string, string | Buffer | { readonly unreadable: string } | undefined>>;

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

/**
 * A program of EFI, as UKIs and most kernels are, for a machine (`Machine` of the PE header, which begins at `at`); for
 * arm64 unless told.
 */
export function pe(machine = 0xaa64, at = 0x80): Buffer {
  const program = Buffer.alloc(16_384, 'code');
  program.write('MZ');
  program.writeUInt32LE(at, 0x3c);
  program.write('PE\0\0', at);
  program.writeUInt16LE(machine, at + 4);
  return program;
}

/** The files as a root file system, without an archive. */
export function plant(files: Files): Record<string, Planted> {
  const there = Object.entries(files).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(there.map(([path, what = '']) => [path, planted(what)]));
}

function planted(what: NonNullable<Files[string]>): Planted {
  if (typeof what !== 'string') return what;
  if (what === '/') return { directory: true };
  return what.startsWith('-> ') ? { link: what.slice(3) } : what;
}
