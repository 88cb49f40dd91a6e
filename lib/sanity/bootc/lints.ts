import type { Findings, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';
import { baseimageComposefs, baseimageRoot } from './base-image.ts';
import { bootcKargs } from './kargs.ts';
import { severalKernels } from './kernels.ts';
import { nonemptyRunTmp } from './runtime-directories.ts';
import { sysusers } from './sysusers.ts';
import { varTmpfiles } from './tmpfiles.ts';

const LINTS = 'crates/lib/src/lints.rs';

/**
 * The lints of `bootc container lint` under its own names, all that its source has at 534c76e (August 2026): its fatal
 * ones fail, its warnings warn. Where bootc itself ends with an error instead of a verdict, so does the check.
 */
export const lints: readonly PlatformCheck[] = [
  lint('var-run', 'fail', {
    description: '/var/run is a symbolic link, if it is there.',
    looksAt: '/var/run itself, links in its parents followed.',
    why: 'Programs write to it as to /run; as a directory of its own it would keep what must be gone after a boot.',
    mend: '`rm -rf /var/run && ln -s ../run /var/run`, or leave it to tmpfiles.d.',
    follows: `check_var_run (${LINTS})`,
    platform: ({ rootfs }) => {
      const entry = rootfs.get('var/run');
      return entry && entry.type !== 'symlink' ? ['/var/run is no symbolic link'] : [];
    },
  }),
  lint('etc-usretc', 'fail', {
    description: '/etc and /usr/etc are not both there.',
    looksAt: '/etc and /usr/etc themselves.',
    why: 'bootc makes /usr/etc from /etc when it installs the image; with both it is undefined which one a machine gets.',
    mend: 'Move what is in /usr/etc to /etc and delete /usr/etc.',
    follows: `check_usretc (${LINTS})`,
    platform: ({ rootfs }) =>
      rootfs.get('etc') && rootfs.get('usr/etc') ? ['/etc and /usr/etc are both there'] : [],
  }),
  lint('bootc-kargs', 'fail', {
    description: 'Every file in /usr/lib/bootc/kargs.d can be read.',
    looksAt: '`/usr/lib/bootc/kargs.d/*.toml`, of whatever architecture they are.',
    why: 'bootc stops at a file that it cannot read: the image can neither be installed nor updated to.',
    mend: 'Write TOML with `kargs`, a list of strings, and at most `match-architectures` beside it.',
    follows: `check_parse_kargs (${LINTS}), parse_kargs_toml (crates/lib/src/bootc_kargs.rs)`,
    platform: bootcKargs,
  }),
  lint('kernel', 'fail', {
    description: 'There is no more than one kernel.',
    looksAt: 'Directories of `/usr/lib/modules` that have a `vmlinuz`, which may be a link.',
    why: 'bootc refuses to choose.',
    mend: 'Remove all kernel packages but one; `rm -rf /usr/lib/modules/<version>` for what they leave behind.',
    follows: `check_kernel (${LINTS}), find_kernel_dir_fs (crates/ostree-ext/src/bootabletree.rs)`,
    platform: severalKernels,
  }),
  lint('utf8', 'fail', {
    description: 'Names of files and targets of links are UTF-8.',
    looksAt: 'Every name and every symbolic link of the image.',
    why: 'The ostree backend of bootc refuses other names: the image cannot be installed.',
    mend: 'Rename or delete what is named.',
    follows: `check_utf8 (${LINTS})`,
    platform: ({ rootfs }) =>
      [...rootfs.notUtf8()].map((path) => `the name of /${path}, or where it points, is not UTF-8`),
  }),
  lint('api-base-directories', 'fail', {
    description: '/dev, /proc, /sys, /run, /tmp and /var are directories.',
    looksAt: 'These six themselves; a link is no directory.',
    why: 'They are mounted over at boot, before anything could make them.',
    mend: '`mkdir` what is missing; an image that is made FROM scratch has none of them.',
    follows: `check_api_dirs (${LINTS})`,
    platform: ({ rootfs }) =>
      ['dev', 'proc', 'sys', 'run', 'tmp', 'var']
        .filter((name) => rootfs.get(name)?.type !== 'directory')
        .map((name) => `/${name} is no directory`),
  }),
  lint('baseimage-root', 'fail', {
    description: '/sysroot is a directory and /ostree points at sysroot/ostree.',
    looksAt: '/sysroot and /ostree, and the two in /usr/share/doc/bootc/baseimage/base where that is there.',
    why: 'The root of the machine is mounted at /sysroot, and what bootc keeps is found through /ostree.',
    mend: '`mkdir /sysroot && ln -s sysroot/ostree /ostree`: the link is relative.',
    follows: `check_baseimage_root (${LINTS})`,
    platform: baseimageRoot,
  }),
  lint('baseimage-composefs', 'warn', {
    description: 'composefs is enabled in prepare-root.conf.',
    looksAt:
      '`/etc/ostree/prepare-root.conf`, or `/usr/lib/ostree/prepare-root.conf` where there is none; and the same in `/usr/share/doc/bootc/baseimage/base`.',
    why: 'Without it /usr can be changed by whoever is root, and the root is put together differently.',
    mend: 'Write `[composefs]` and `enabled = yes` to `/usr/lib/ostree/prepare-root.conf`, and make the initramfs anew.',
    follows: `check_composefs (${LINTS}), overlayfs_enabled_in_config (crates/ostree-ext/src/ostree_prepareroot.rs)`,
    platform: baseimageComposefs,
  }),
  lint('buildah-injected', 'warn', {
    description: '/etc/hostname and /etc/resolv.conf are no empty files, as buildah leaves them.',
    looksAt: 'The two files themselves. bootc looks at them only with `--rootfs`, not from within the image.',
    why: 'An empty hostname or resolv.conf stays on the machine in place of what it would get.',
    mend: 'Delete them in a last layer that runs nothing (COPY alone), or build with a buildah that cleans up after itself.',
    follows: `check_buildah_injected (${LINTS})`,
    platform: ({ rootfs }) =>
      ['etc/hostname', 'etc/resolv.conf']
        .filter((path) => {
          const entry = rootfs.get(path);
          return entry?.type === 'file' && entry.size === 0;
        })
        .map((path) => `/${path} is an empty file`),
  }),
  lint('var-log', 'warn', {
    description: '/var/log holds no files with content.',
    looksAt: 'Files below /var/log.',
    why: 'Logs of the build say nothing on the machine, are never updated, may hold secrets, and differ with each build.',
    mend: '`rm -rf /var/log/*` at the end of the step that installs packages.',
    follows: `check_varlog (${LINTS})`,
    platform: ({ rootfs }) =>
      [...rootfs.below('var/log')]
        .filter((path) => {
          const entry = rootfs.get(path);
          return entry?.type === 'file' && entry.size > 0;
        })
        .map((path) => `/${path} is not empty`),
  }),
  lint('var-tmpfiles', 'warn', {
    description: 'What is in /var has an entry in tmpfiles.d.',
    looksAt:
      'Everything below /var, against the paths of `/usr/lib/tmpfiles.d/*.conf` and `/etc/tmpfiles.d/*.conf`; links on the way to a path are followed. bootc looks at it only from within the image.',
    why: 'It is there on a machine that is installed with this image, and never on one that is updated to it.',
    mend: 'Delete it, or write an entry for each directory and link: `d /var/lib/x 0755 root root`.',
    follows: `check_var_tmpfiles (${LINTS}), read_tmpfiles and PathResolver (crates/tmpfiles)`,
    platform: varTmpfiles,
  }),
  lint('sysusers', 'warn', {
    description: 'Users and groups of /etc have an entry in sysusers.d.',
    looksAt: '`/etc/passwd` and `/etc/group`, against `u` and `g` lines of `/usr/lib/sysusers.d/*.conf`.',
    why: 'A machine whose /etc/passwd was changed does not get new users from an update, and numbers may differ.',
    mend: 'Write `u` or `g` lines to a file in `/usr/lib/sysusers.d`; `useradd` alone is not enough.',
    follows: `check_sysusers (${LINTS}), analyze (crates/sysusers/src/lib.rs)`,
    platform: sysusers,
  }),
  lint('nonempty-boot', 'warn', {
    description: '/boot is there and empty.',
    looksAt: 'Names in /boot, but for EFI.',
    why: 'What is in it is hidden on the machine; the kernel belongs in /usr/lib/modules.',
    mend: '`rm -rf /boot/*` at the end of the build; bootc puts kernel and bootloader there on the machine.',
    follows: `check_boot (${LINTS})`,
    platform: ({ rootfs }) => {
      if (rootfs.stat('boot')?.type !== 'directory') return ['/boot is no directory'];
      const names = rootfs.list('boot').filter((name) => name !== 'EFI');
      return names.map((name) => `/boot/${name} should not be in the image`);
    },
  }),
  lint('nonempty-run-tmp', 'warn', {
    description: '/run and /tmp are empty.',
    looksAt:
      'Everything below /run and /tmp, but for what podman mounts there (systemd/resolve/stub-resolv.conf).',
    why: 'Both are hidden by an empty file system on the machine: what is there is left over from the build.',
    mend: '`rm -rf /run/* /tmp/*` at the end of the build, or build with `--mount=type=tmpfs` for both.',
    follows: `check_runtime_only_dirs (${LINTS})`,
    platform: nonemptyRunTmp,
  }),
];

type Rule = Omit<PlatformCheck, 'id' | 'severity' | 'platform' | 'follows'> & {
  readonly follows: string;
  readonly platform: (facts: PlatformFacts) => Findings;
};

function lint(id: string, severity: PlatformCheck['severity'], rule: Rule): PlatformCheck {
  return { id, severity, ...rule };
}
