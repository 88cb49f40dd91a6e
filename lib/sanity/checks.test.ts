import { expect, test } from 'vitest';
import type { Rootfs } from '#lib/rootfs';
import type { InstalledRpm } from '#lib/rpm';
import { type Planted, rootfsOf } from '#test/rootfs';
import { checks } from './checks/index.ts';
import type { ImageFacts, PlatformFacts } from './facts.ts';
import { runChecks } from './run-checks.ts';

/** A path and what is there: text is a file, `-> x` a link, `/` a directory, undefined nothing. */
type Files = Readonly<Record<string, string | Buffer | undefined>>;

const version = '6.17.4-300.fc43.aarch64';
const modules = `usr/lib/modules/${version}`;
const good: Files = {
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
  'usr/lib/sysusers.d/sshd.conf': '# a comment\nu! sshd 74 "Privilege-separated SSH" /usr/share/empty.sshd\n',
  'usr/lib/tmpfiles.d/var.conf': 'd /var/lib/sshd 0711 root root -\nR /var/gone\n',
  'usr/lib/systemd/systemd': elf(183),
  [`${modules}/vmlinuz`]: 'kernel',
  [`${modules}/initramfs.img`]: 'initramfs',
};
const bash: InstalledRpm = {
  name: 'bash',
  epoch: 0,
  version: '5.3',
  release: '1.fc43',
  arch: 'aarch64',
  sourcerpm: 'bash.src.rpm',
};

test('an image as it should be passes every check', () => {
  const report = runChecks(checks, image());

  expect(report.checks.filter(({ result }) => result !== 'pass')).toEqual([]);
  expect(new Set(report.checks.map(({ id }) => id)).size).toBe(checks.length);
});

test.for<[id: string, change: Files, message: string]>([
  ['architecture', { 'usr/lib/systemd/systemd': elf(62) }, 'is built for amd64'],
  ['architecture', { 'usr/lib/systemd/systemd': elf(22, 2) }, 'is built for s390x'],
  ['architecture', { 'usr/lib/systemd/systemd': '#!/bin/sh' }, 'no program to look at'],
  ['kernel-initramfs', { [`${modules}/initramfs.img`]: undefined }, `${modules}/initramfs.img is missing`],
  ['kernel-initramfs', { [`${modules}/initramfs.img`]: '' }, 'initramfs.img is missing'],
  ['kernel-initramfs', { [`${modules}/vmlinuz`]: undefined }, 'there is no kernel'],
  ['kernel-initramfs', { 'usr/lib/modules/6.18/vmlinuz': 'second' }, 'there are 2 kernels'],
  ['kernel', { 'usr/lib/modules/6.18/vmlinuz': 'second' }, 'there are 2 kernels'],
  ['os-release', { 'usr/lib/os-release': undefined }, 'there is no os-release'],
  ['os-release', { 'usr/lib/os-release': 'ID=fedora\nNAME=x\n' }, 'os-release has no VERSION_ID'],
  ['boot-var-empty', { 'boot/vmlinuz': 'kernel' }, '/boot/vmlinuz should not be in the image'],
  ['boot-var-empty', { 'var/lib/rpm/db': 'x' }, '/var/lib/rpm/db should not be in the image'],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://kojipkgs/x/Fedora-43-20261123.n.0/os\n' },
    '[c] points at',
  ],
  [
    'compose-repos',
    { 'usr/etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://x/compose/Everything/$basearch/os/\n' },
    '/usr/etc/yum.repos.d/c.repo [c] points at',
  ],
  ['var-run', { 'var/run': '/' }, '/var/run is no symbolic link'],
  ['etc-usretc', { 'usr/etc/x': 'x' }, '/etc and /usr/etc are both there'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': 'kargs = [1]' }, 'kargs is no list of strings'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': 'kargs = ["a"' }, 'is no TOML'],
  ['bootc-kargs', { 'usr/lib/bootc/kargs.d/01.toml': 'kargs = ["a"]\nkarg = []' }, 'karg is not known'],
  ['api-base-directories', { tmp: undefined }, '/tmp is no directory'],
  ['api-base-directories', { run: '-> var/run' }, '/run is no directory'],
  ['baseimage-root', { ostree: '-> /sysroot/ostree' }, '/ostree does not point at sysroot/ostree'],
  [
    'baseimage-root',
    { 'usr/share/doc/bootc/baseimage/base/x': '/' },
    '/usr/share/doc/bootc/baseimage/base/sysroot is no directory',
  ],
  [
    'baseimage-composefs',
    { 'usr/lib/ostree/prepare-root.conf': '[composefs]\nenabled = no\n' },
    'composefs is not enabled',
  ],
  [
    'baseimage-composefs',
    { 'usr/lib/ostree/prepare-root.conf': '[sysroot]\nenabled = yes\n' },
    'composefs is not enabled',
  ],
  ['baseimage-composefs', { 'usr/lib/ostree/prepare-root.conf': undefined }, 'there is no'],
  ['buildah-injected', { 'etc/hostname': '' }, '/etc/hostname is an empty file'],
  ['buildah-injected', { 'etc/resolv.conf': '' }, '/etc/resolv.conf is an empty file'],
  ['var-log', { 'var/log/dnf.log': 'text' }, '/var/log/dnf.log is not empty'],
  ['var-tmpfiles', { 'var/lib/other': '/' }, '/var/lib/other has no entry in tmpfiles.d'],
  ['var-tmpfiles', { 'var/gone': '/' }, '/var/gone has no entry in tmpfiles.d'],
  ['sysusers', { 'etc/passwd': 'root:x:0:0\nalice:x:1000:1000\n' }, 'user alice of /etc/passwd'],
  ['sysusers', { 'etc/group': 'root:x:0:\nwheel:x:10:\n' }, 'group wheel of /etc/group'],
  ['nonempty-boot', { 'boot/grub2': '/' }, '/boot/grub2 should not be in the image'],
  ['nonempty-boot', { boot: undefined }, '/boot is no directory'],
  ['nonempty-run-tmp', { 'run/lock': '/' }, '/run/lock should not be in the image'],
  ['nonempty-run-tmp', { 'tmp/x': 'x' }, '/tmp/x should not be in the image'],
])('%s finds what is wrong in %j', ([id, change, message]) => {
  const outcome = outcomeOf(id, image([platform({ files: change })]));

  expect(outcome.messages.join('\n')).toContain(message);
  expect(outcome.result).toBe(checks.find((check) => check.id === id)?.severity);
});

test.for<[id: string, change: Files]>([
  ['var-run', { 'var/run': '-> ../run' }],
  ['etc-usretc', { 'usr/etc': undefined }],
  ['nonempty-boot', { 'boot/efi/EFI': '/' }],
  ['nonempty-run-tmp', { 'run/systemd/resolve/stub-resolv.conf': '' }],
  [
    'buildah-injected',
    { 'etc/hostname': 'fedora\n', 'etc/resolv.conf': '-> ../run/systemd/resolve/stub-resolv.conf' },
  ],
  ['var-tmpfiles', { 'var/lib': '/', 'var/lib/sshd': '/' }],
  ['var-log', { 'var/log/lastlog': '' }],
  [
    'baseimage-root',
    {
      'usr/share/doc/bootc/baseimage/base/sysroot': '/',
      'usr/share/doc/bootc/baseimage/base/ostree': '-> sysroot/ostree',
    },
  ],
])('%s lets %j be', ([id, change]) => {
  expect(outcomeOf(id, image([platform({ files: change })])).messages).toEqual([]);
});

test('utf8 names what is not', () => {
  const files = { 'usr/share/bad': '-> \udcff' };

  expect(outcomeOf('utf8', image([platform({ files })])).messages).toEqual([
    'the name of "usr/share/bad", or where it points, is not UTF-8',
  ]);
});

test.for<[id: string, facts: Partial<ImageFacts>, message: string]>([
  ['platforms', { expected: ['linux/arm64', 'linux/s390x'] }, 'linux/s390x is missing'],
  ['platforms', { expected: ['linux/s390x'] }, 'linux/arm64 is not expected'],
  ['platforms', { platforms: [platform({}), platform({})] }, 'linux/arm64 is there twice'],
  [
    'architecture',
    { platforms: [platform({ configArchitecture: 'amd64' })] },
    'the configuration says amd64',
  ],
  [
    'labels',
    { platforms: [platform({ labels: { 'containers.bootc': 'true' } })] },
    'label containers.bootc=1 is missing',
  ],
  [
    'labels',
    { platforms: [platform({ labels: { 'org.opencontainers.image.version': '' } })] },
    'image.version is missing',
  ],
  [
    'version-agreement',
    { platforms: [platform({}), platform({ labels: { 'org.opencontainers.image.version': '44' } })] },
    'different versions',
  ],
  [
    'compose-label',
    { platforms: [platform({ labels: { 'redhat.compose-id': 'Fedora-42' } })] },
    'is Fedora-42, not Fedora-43',
  ],
  [
    'boot-config',
    { platforms: [platform({ command: ['/bin/sh'] })] },
    'starts /bin/sh instead of /sbin/init',
  ],
  [
    'kernel-agreement',
    { platforms: [platform({}), platform({ files: { 'usr/lib/modules/6.18.aarch64/vmlinuz': 'k' } })] },
    'different kernels',
  ],
  [
    'os-release-agreement',
    {
      platforms: [platform({}), platform({ files: { 'usr/lib/os-release': 'ID=fedora\nVERSION_ID=44\n' } })],
    },
    'different releases',
  ],
  [
    'packages-in-compose',
    { platforms: [platform({ rpms: [{ ...bash, release: '2.fc43' }] })] },
    'bash-0:5.3-2.fc43.aarch64 is not in',
  ],
  ['packages-in-compose', { platforms: [platform({ rpms: undefined })] }, 'there is no RPM database'],
  ['packages-in-compose', { platforms: [platform({ rpms: [] })] }, 'no package is installed'],
  [
    'package-agreement',
    { platforms: [platform({}), platform({ platform: 'linux/s390x', rpms: [{ ...bash, version: '5.2' }] })] },
    '0:5.2-1.fc43 on linux/s390x',
  ],
])('%s compares what the image says', ([id, change, message]) => {
  const outcome = outcomeOf(id, { ...image(), ...change });

  expect(outcome.messages.join('\n')).toContain(message);
});

test('without a compose the checks of it are skipped, not passed', () => {
  const report = runChecks(checks, { ...image(), compose: undefined });

  const skipped = report.checks.filter(({ result }) => result === 'skip').map(({ id }) => id);
  expect(skipped).toEqual(['compose-label', 'packages-in-compose']);
});

test('a check that cannot look is an error', () => {
  const facts = platform({});
  const broken = {
    ...facts,
    rootfs: {
      ...facts.rootfs,
      get: () => {
        throw new Error('disk on fire');
      },
    },
  };

  const outcome = outcomeOf('var-run', image([broken as never]));

  expect(outcome).toMatchObject({ result: 'error', messages: ['could not look: disk on fire'] });
});

function outcomeOf(id: string, facts: ImageFacts) {
  const outcomes = runChecks(checks, facts).checks.filter((outcome) => outcome.id === id);
  const [first] = outcomes.filter(({ result }) => result !== 'pass');
  const [any] = outcomes;
  if (!any) throw new Error(`no check ${id}`);
  return first ?? any;
}

function image(platforms: readonly PlatformFacts[] = [platform({})]): ImageFacts {
  return {
    reference: 'quay.io/fedora/fedora-bootc:43',
    digest: `sha256:${'0'.repeat(64)}`,
    expected: [],
    platforms,
    compose: {
      id: 'Fedora-43-20261123.n.0',
      url: 'http://127.0.0.1/compose',
      packages: new Map([['aarch64', new Set(['bash-0:5.3-1.fc43.aarch64'])]]),
    },
  };
}

function platform(options: {
  platform?: string;
  files?: Files;
  labels?: Readonly<Record<string, string>>;
  configArchitecture?: string;
  command?: readonly string[];
  rpms?: readonly InstalledRpm[] | undefined;
}): PlatformFacts {
  return {
    platform: options.platform ?? 'linux/arm64',
    arch: 'aarch64',
    digest: `sha256:${'1'.repeat(64)}`,
    configArchitecture: options.configArchitecture ?? 'arm64',
    config: {
      Cmd: options.command ?? ['/sbin/init'],
      StopSignal: 'SIGRTMIN+3',
      Env: ['container=oci'],
      Labels: {
        'containers.bootc': '1',
        'org.opencontainers.image.version': '43',
        'redhat.compose-id': 'Fedora-43-20261123.n.0',
        ...options.labels,
      },
    },
    rootfs: planted({ ...good, ...options.files }),
    rpms: 'rpms' in options ? options.rpms : [bash],
  };
}

function planted(files: Files): Rootfs {
  const entries: Record<string, Planted> = {};
  for (const [path, what] of Object.entries(files)) {
    if (what === undefined) continue;
    if (what === '/') entries[path] = { directory: true };
    else if (typeof what === 'string' && what.startsWith('-> ')) entries[path] = { link: what.slice(3) };
    else entries[path] = what;
  }
  return rootfsOf(entries);
}

function elf(machine: number, endian = 1): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[4] = 2;
  header[5] = endian;
  if (endian === 2) header.writeUInt16BE(machine, 18);
  else header.writeUInt16LE(machine, 18);
  return header;
}
