import { expect, test } from 'vitest';
import { elf, type Files, modules, pe } from '#test/images/bootc-root';
import { bash, imageFacts, outcomeOf, type PlatformChoice } from '#test/images/image-facts';
import { checks } from './checks/index.ts';
import type { ImageFacts } from './facts.ts';
import { reportLines } from './report-lines.ts';
import { failures, runChecks } from './run-checks.ts';
import { parseWaivers } from './waivers.ts';

test('an image as it should be passes every check', () => {
  const report = runChecks(checks, imageFacts());

  expect(report.checks.filter(({ result }) => result !== 'pass')).toEqual([]);
  expect(new Set(report.checks.map(({ id }) => id)).size).toBe(checks.length);
});

const compose = 'baseurl=http://x/compose/Everything/$\x7bbasearch}/os/\n';

test.for<[id: string, change: Files, message: string]>([
  ['architecture', { 'usr/lib/systemd/systemd': elf(62) }, 'is built for amd64'],
  ['architecture', { 'usr/lib/systemd/systemd': elf(22, 2) }, 'is built for s390x'],
  ['architecture', { 'usr/lib/systemd/systemd': '#!/bin/sh' }, 'no program to look at'],
  ['root-layout', { bin: '/' }, '/bin does not lead into /usr'],
  [
    'root-layout',
    { 'usr/lib/os-release': '-> /run/o', 'run/o': 'ID=a' },
    '/usr/lib/os-release leads to /run/o',
  ],
  ['bound-images', { 'usr/lib/bootc/bound-images.d/a.image': '' }, 'a.image is no symbolic link'],
  ['kernel-initramfs', { [`${modules}/initramfs.img`]: undefined }, `${modules}/initramfs.img is missing`],
  ['kernel-initramfs', { [`${modules}/initramfs.img`]: '' }, 'initramfs.img is missing'],
  ['kernel-initramfs', { [`${modules}/initramfs.img`]: '-> nowhere' }, 'initramfs.img is missing'],
  ['kernel-initramfs', { [`${modules}/vmlinuz`]: undefined }, 'there is no kernel'],
  ['kernel-initramfs', { [`${modules}/vmlinuz`]: '-> nowhere' }, 'there is no kernel'],
  ['kernel-initramfs', { [`${modules}/vmlinuz`]: '/' }, 'vmlinuz is no file with content'],
  ['kernel-initramfs', { [`${modules}/vmlinuz`]: '' }, 'vmlinuz is no file with content'],
  ['kernel-initramfs', { 'usr/lib/modules/6.18/vmlinuz': 'second' }, 'there are 2 kernels'],
  [
    'kernel-initramfs',
    { 'usr/lib/modules/6.18/vmlinuz': `-> ../../../../${modules}/vmlinuz` },
    'there are 2 kernels',
  ],
  ['kernel-initramfs', { 'usr/lib/modules/6.18/6.18.efi': 'second' }, 'there are 2 kernels'],
  ['kernel-initramfs', { 'boot/EFI/Linux/a.efi': pe(), 'boot/EFI/Linux/b.efi': pe() }, 'there are 2 kernels'],
  ['kernel-initramfs', { 'boot/EFI/Linux/a.efi': '' }, 'a.efi is no file with content'],
  ['kernel-initramfs', { 'boot/EFI/Linux/a.efi': 'MZ' }, 'a.efi is no UKI'],
  ['kernel-form', { 'boot/EFI/Linux/a.efi': pe() }, `a.efi and ${modules}/vmlinuz are both there`],
  ['kernel-form', { [`${modules}/${modules.slice(16)}.efi`]: pe() }, 'are both there'],
  ['os-release', { 'usr/lib/os-release': undefined }, 'there is no os-release'],
  ['os-release', { 'usr/lib/os-release': 'ID=fedora\nNAME=x\n' }, 'os-release has no VERSION_ID'],
  [
    'os-release',
    { 'usr/lib/os-release': 'ID=A\nNAME=x\nVERSION_ID=1\n' },
    'has the ID "A", which is no name',
  ],
  ['boot-var-empty', { 'boot/vmlinuz': 'kernel' }, '/boot/vmlinuz should not be in the image'],
  ['boot-var-empty', { 'boot/EFI': 'a file' }, '/boot/EFI should not be in the image'],
  ['boot-var-empty', { boot: '-> usr/boot', 'usr/boot/vmlinuz': 'kernel' }, '/boot/vmlinuz should not be'],
  ['boot-var-empty', { 'var/lib/rpm/db': 'x' }, '/var/lib/rpm/db should not be in the image'],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://kojipkgs/x/Fedora-43-20261123.n.0/os\n' },
    '[c] points at',
  ],
  ['compose-repos', { 'usr/etc/yum.repos.d/c.repo': `[c]\n${compose}` }, '/usr/etc/yum.repos.d/c.repo [c]'],
  ['compose-repos', { 'etc/yum/repos.d/c.repo': `[c]\n${compose}` }, '[c] points at'],
  ['compose-repos', { 'etc/dnf/repos.override.d/c.repo': `[fedora]\n${compose}` }, '[fedora] points at'],
  ['compose-repos', { 'usr/share/dnf5/repos.override.d/c.repo': `[c]\n${compose}` }, '[c] points at'],
  ['compose-repos', { 'etc/dnf/dnf.conf': `[main]\n[c]\n${compose}` }, '/etc/dnf/dnf.conf [c] points at'],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': '-> ../../usr/share/x/c', 'usr/share/x/c': `[c]\n${compose}` },
    '/etc/yum.repos.d/c.repo [c] points at',
  ],
  [
    'compose-repos',
    { 'etc/distro.repos.d': '-> /usr/share/x', 'usr/share/x/c.repo': `[c]\n${compose}` },
    '/etc/distro.repos.d/c.repo [c] points at',
  ],
  [
    'compose-repos',
    { 'etc/dnf/dnf.conf': '[main]\nreposdir=/srv/a,\n  /srv/b\n', 'srv/b/c.repo': `[c]\n${compose}` },
    '/srv/b/c.repo [c] points at',
  ],
  [
    'compose-repos',
    { 'etc/dnf/libdnf5.conf.d/x.conf': '[main]\nreposdir=/srv/b\n', 'srv/b/c.repo': `[c]\n${compose}` },
    '/srv/b/c.repo [c] points at',
  ],
  [
    'compose-repos',
    {
      'etc/dnf/vars/where': 'http://x/compose/Everything\n',
      'etc/yum.repos.d/c.repo': '[c]\nbaseurl = $where/$basearch/os\n',
    },
    'http://x/compose/Everything/$basearch/os',
  ],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': `[c]\nbaseurl=http://a/\n  ${compose.slice(8)}` },
    'points at',
  ],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=HTTP://127.0.0.1//comp%6fse/x\n' },
    'points at',
  ],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': '[c]\nmirrorlist=file:///usr/share/m\n', 'usr/share/m': compose.slice(8) },
    'points at http://x/compose',
  ],
])('%s finds what is wrong in %j', ([id, change, message]) => {
  const outcome = outcomeOf(id, imageFacts([{ files: change }]));

  expect(outcome.messages.join('\n')).toContain(message);
  expect(outcome.result).toBe(checks.find((check) => check.id === id)?.severity);
});

const sealed: Files = {
  [`${modules}/vmlinuz`]: undefined,
  [`${modules}/initramfs.img`]: undefined,
};

test.for<[id: string, change: Files]>([
  ['kernel-initramfs', { ...sealed, 'boot/EFI/Linux/a.efi': pe() }],
  ['kernel-initramfs', { ...sealed, [`${modules}/${modules.slice(16)}.efi`]: pe() }],
  ['kernel-initramfs', { [`${modules}/vmlinuz`]: '-> ../../kernel', 'usr/lib/kernel': 'kernel' }],
  ['kernel-initramfs', { 'usr/lib/modules/6.18': `-> ${modules.slice(16)}` }],
  ['kernel-initramfs', { 'usr/lib/modules/6.18/extra.ko': 'module' }],
  ['kernel-form', { ...sealed, 'boot/EFI/Linux/a.efi': pe() }],
  ['boot-var-empty', { ...sealed, 'boot/EFI/Linux/a.efi': pe(), 'boot/efi/EFI/x': 'y' }],
  ['os-release', { 'usr/lib/os-release': '-> x/y', 'usr/lib/x/y': "ID='fedora'\nVERSION_ID=43\nNAME=a\n" }],
  ['os-release', { 'usr/lib/os-release': undefined, 'etc/os-release': 'ID=fedora\nVERSION_ID=43\nNAME=a\n' }],
  ['compose-repos', { 'etc/yum.repos.d/c.repo': `[c]\n#${compose}` }],
  ['compose-repos', { 'etc/yum.repos.d/c.repo': '-> nowhere' }],
  ['compose-repos', { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=file:///usr/lib/modules/\n' }],
  [
    'compose-repos',
    { 'etc/yum.repos.d/c.repo': '[c]\nbaseurl=https://x/releases/43/Everything/x86_64/os/\n' },
  ],
])('%s lets %j be', ([id, change]) => {
  expect(outcomeOf(id, imageFacts([{ files: change }]))).toMatchObject({ result: 'pass', messages: [] });
});

test.for<[id: string, platforms: readonly PlatformChoice[], message: string, change?: Partial<ImageFacts>]>([
  ['platforms', [{}], 'linux/s390x is missing', { expected: ['linux/arm64', 'linux/s390x'] }],
  ['platforms', [{}], 'linux/arm64 is not expected', { expected: ['linux/s390x'] }],
  ['platforms', [{}, {}], 'linux/arm64 is there twice'],
  ['platforms', [], 'there is no image'],
  ['readable', [], 'the member sha256:2', { unread: ['the member sha256:2 is a text/plain'] }],
  ['readable', [{ unaccounted: ['there are 2 layers and 1 diff_ids'] }], 'there are 2 layers'],
  ['architecture', [{ configArchitecture: 'amd64' }], 'the configuration says amd64'],
  ['labels', [{ labels: { 'containers.bootc': 'true' } }], 'label containers.bootc=1 is missing'],
  ['labels', [{ labels: { 'org.opencontainers.image.version': '' } }], 'image.version is missing'],
  ['ostree-layers', [{ labels: { 'ostree.final-diffid': 'sha256:a' } }], 'is sha256:a, which no layer has'],
  ['version-agreement', [{}, { labels: { 'org.opencontainers.image.version': '44' } }], 'different versions'],
  ['compose-label', [{ labels: { 'redhat.compose-id': 'Fedora-42' } }], 'is Fedora-42, not Fedora-43'],
  ['boot-config', [{ command: ['/bin/sh'] }], 'starts /bin/sh instead of /sbin/init'],
  ['kernel-agreement', [{}, { files: { 'usr/lib/modules/6.18.aarch64/vmlinuz': 'k' } }], 'different kernels'],
  [
    'os-release-agreement',
    [{}, { files: { 'usr/lib/os-release': 'ID=fedora\nVERSION_ID=44\n' } }],
    'different releases',
  ],
  [
    'packages-in-compose',
    [{ packages: { kind: 'read', rpms: [{ ...bash, release: '2.fc43' }] } }],
    'bash-0:5.3-2.fc43.aarch64 is not in',
  ],
  ['packages-in-compose', [{ packages: { kind: 'absent' } }], 'there is no RPM database'],
  ['packages-in-compose', [{ packages: { kind: 'read', rpms: [] } }], 'no package is installed'],
  [
    'packages-in-compose',
    [{ packages: { kind: 'unreadable', why: 'two differ' } }],
    'could not look: two differ',
  ],
  [
    'package-agreement',
    [{}, { platform: 'linux/s390x', packages: { kind: 'read', rpms: [{ ...bash, version: '5.2' }] } }],
    '0:5.2-1.fc43 on linux/s390x',
  ],
  [
    'package-agreement',
    [{}, { platform: 'linux/s390x', packages: { kind: 'unreadable', why: 'two differ' } }],
    'could not look: two differ',
  ],
])('%s compares what the image says: %j', ([id, platforms, message, change]) => {
  const outcome = outcomeOf(id, imageFacts(platforms, change));

  expect(outcome.messages.join('\n')).toContain(message);
  expect(outcome.result).not.toBe('pass');
});

test('without a compose the checks of it are skipped, not passed', () => {
  const report = runChecks(checks, { ...imageFacts(), composes: [] });

  const skipped = report.checks.filter(({ result }) => result === 'skip').map(({ id }) => id);
  expect(skipped).toEqual(['compose-label', 'packages-in-compose']);
});

test('what could not be read is waived as anything else', () => {
  const unread = ['member sha256:2 of the index is "text/plain"'];
  const waivers = parseWaivers(['readable=an attestation of ours'], ['readable']);

  const report = runChecks(checks, imageFacts([{ unaccounted: ['layer 3'] }], { unread }), waivers);

  expect(failures(report)).toEqual([]);
  expect(report.checks.filter(({ id }) => id === 'readable')).toMatchObject([
    { result: 'waived', waives: 'fail', messages: unread },
    { result: 'waived', arch: 'aarch64', messages: ['layer 3'] },
  ]);
});

test('a check that cannot look is an error', () => {
  const facts = imageFacts();
  const broken = facts.platforms.map((platform) => ({
    ...platform,
    rootfs: {
      get: () => {
        throw new Error('disk on fire');
      },
    },
  }));

  const outcome = outcomeOf('var-run', { ...facts, platforms: broken as never });

  expect(outcome).toMatchObject({ result: 'error', messages: ['could not look: disk on fire'] });
});

test.for([
  ['compose-repos', 'etc/yum.repos.d/fedora.repo'],
  ['os-release', 'usr/lib/os-release'],
  ['os-release-agreement', 'usr/lib/os-release'],
  ['architecture', 'usr/lib/systemd/systemd'],
  ['architecture', `${modules}/vmlinuz`],
  ['bootc-kargs', 'usr/lib/bootc/kargs.d/00.toml'],
  ['sysusers', 'usr/lib/sysusers.d/sshd.conf'],
  ['sysusers', 'etc/passwd'],
  ['sysusers', 'etc/group'],
  ['var-tmpfiles', 'usr/lib/tmpfiles.d/var.conf'],
  ['baseimage-composefs', 'usr/lib/ostree/prepare-root.conf'],
] as const)('%s is an error where %s cannot be read', ([id, path]) => {
  const files = { [path]: { unreadable: 'it has more than 1 MiB' } };

  const outcome = outcomeOf(id, imageFacts([{ files }]));

  expect(outcome).toMatchObject({
    result: 'error',
    messages: [`could not look: /${path}: it has more than 1 MiB`],
  });
});

test('says of every check what it looks at, why, and how it is mended', () => {
  for (const { looksAt, why, mend, description } of checks) {
    for (const text of [looksAt, why, mend, description]) {
      expect(text).toMatch(/^[\w`/][^\n]{9,}\.$/);
      // This text stands in the page of the task as it is.
      expect(text.replaceAll(/`[^`]+`|(?<=\w)_(?=\w)/g, '')).not.toMatch(/[*_<>[\]|~`$\\]/);
    }
  }
});

test('of several composes each package must be in one, and the report says in which', () => {
  const [base] = imageFacts().composes;
  if (base === undefined) throw new Error('there is no compose');
  const bashNow = { ...base, id: 'Fedora-43-updates-20991123.0' };
  const empty = { ...base, id: 'Fedora-43-20251021.0', packages: new Map() };
  const labels = { 'redhat.compose-id': bashNow.id };

  const both = runChecks(checks, imageFacts([{ labels }], { composes: [empty, bashNow] }));
  const none = outcomeOf(
    'packages-in-compose',
    imageFacts([{}], { composes: [empty, { ...empty, id: 'b' }] }),
  );

  expect(both.checks.filter(({ result }) => result === 'fail')).toEqual([]);
  expect(both).toMatchObject({ compose: bashNow.id });
  expect(both.packages).toEqual([
    {
      platform: 'linux/arm64',
      composes: [
        { id: empty.id, packages: [] },
        { id: bashNow.id, packages: ['bash-0:5.3-1.fc43.aarch64'] },
      ],
    },
  ]);
  expect(reportLines(both)).toContain(`packages of linux/arm64: 0 from ${empty.id}, 1 from ${bashNow.id}`);
  expect(none.messages).toEqual(['bash-0:5.3-1.fc43.aarch64 is in none of Fedora-43-20251021.0, b']);
});
