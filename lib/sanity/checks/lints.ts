import { parse as parseToml } from 'smol-toml';
import type { Findings, PlatformCheck } from '../check-definition.ts';
import type { PlatformFacts } from '../facts.ts';
import { kernelsOf } from './kernel.ts';
import { sysusers } from './sysusers.ts';
import { varTmpfiles } from './tmpfiles.ts';

/** The rules of `bootc container lint` under its own names; its fatal lints fail, its warnings warn. */
export const lints: readonly PlatformCheck[] = [
  lint('var-run', 'fail', '/var/run is a symbolic link, if it is there.', ({ rootfs }) => {
    const entry = rootfs.get('var/run');
    return entry && entry.type !== 'symlink' ? ['/var/run is no symbolic link'] : [];
  }),
  lint('etc-usretc', 'fail', '/etc and /usr/etc are not both there.', ({ rootfs }) =>
    rootfs.get('etc') && rootfs.get('usr/etc') ? ['/etc and /usr/etc are both there'] : [],
  ),
  lint('bootc-kargs', 'fail', 'Every file in /usr/lib/bootc/kargs.d can be read.', bootcKargs),
  lint('kernel', 'fail', 'There is no more than one kernel.', (facts) => {
    const kernels = kernelsOf(facts);
    return kernels.length > 1 ? [`there are ${kernels.length} kernels: ${kernels.join(', ')}`] : [];
  }),
  lint('utf8', 'fail', 'Names of files and targets of links are UTF-8.', ({ rootfs }) =>
    [...rootfs.paths]
      .filter((path) => rootfs.get(path)?.isUtf8 === false)
      .map((path) => `the name of ${JSON.stringify(path)}, or where it points, is not UTF-8`),
  ),
  lint(
    'api-base-directories',
    'fail',
    '/dev, /proc, /sys, /run, /tmp and /var are directories.',
    ({ rootfs }) =>
      ['dev', 'proc', 'sys', 'run', 'tmp', 'var']
        .filter((name) => rootfs.get(name)?.type !== 'directory')
        .map((name) => `/${name} is no directory`),
  ),
  lint(
    'baseimage-root',
    'fail',
    '/sysroot is a directory and /ostree points at sysroot/ostree.',
    baseimageRoot,
  ),
  lint('baseimage-composefs', 'warn', 'composefs is enabled in prepare-root.conf.', baseimageComposefs),
  lint(
    'buildah-injected',
    'warn',
    '/etc/hostname and /etc/resolv.conf are no empty files, as buildah leaves them.',
    ({ rootfs }) =>
      ['etc/hostname', 'etc/resolv.conf']
        .filter((path) => rootfs.get(path)?.type === 'file' && rootfs.get(path)?.size === 0)
        .map((path) => `/${path} is an empty file`),
  ),
  lint('var-log', 'warn', '/var/log holds no files with content.', ({ rootfs }) =>
    rootfs
      .below('var/log')
      .filter((path) => rootfs.get(path)?.type === 'file' && (rootfs.get(path)?.size ?? 0) > 0)
      .map((path) => `/${path} is not empty`)
      .toArray(),
  ),
  lint('var-tmpfiles', 'warn', 'What is in /var has an entry in tmpfiles.d.', varTmpfiles),
  lint('sysusers', 'warn', 'Users and groups of /etc have an entry in sysusers.d.', sysusers),
  lint('nonempty-boot', 'warn', '/boot is there and empty.', ({ rootfs }) => {
    if (rootfs.get('boot')?.type !== 'directory') return ['/boot is no directory'];
    const names = rootfs.list('boot').filter((name) => name !== 'efi');
    return names.map((name) => `/boot/${name} should not be in the image`);
  }),
  lint('nonempty-run-tmp', 'warn', '/run and /tmp are empty.', nonemptyRunTmp),
];

function lint(
  id: string,
  severity: PlatformCheck['severity'],
  description: string,
  platform: (facts: PlatformFacts) => Findings,
): PlatformCheck {
  return { id, severity, description, platform };
}

function bootcKargs({ rootfs }: PlatformFacts): string[] {
  const directory = 'usr/lib/bootc/kargs.d';
  return rootfs
    .list(directory)
    .filter((name) => name.endsWith('.toml'))
    .flatMap((name) =>
      kargsProblems(rootfs.text(`${directory}/${name}`)).map(
        (problem) => `/${directory}/${name}: ${problem}`,
      ),
    );
}

function kargsProblems(text: string | undefined): string[] {
  if (text === undefined) return ['cannot be read'];
  let value: Record<string, unknown>;
  try {
    value = parseToml(text);
  } catch (error) {
    return [`is no TOML: ${(error as Error).message.split('\n')[0]}`];
  }
  const isStrings = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string');
  const unknown = Object.keys(value).filter((key) => key !== 'kargs' && key !== 'match-architectures');
  return [
    ...(isStrings(value.kargs) ? [] : ['kargs is no list of strings']),
    ...(value['match-architectures'] === undefined || isStrings(value['match-architectures'])
      ? []
      : ['match-architectures is no list of strings']),
    ...unknown.map((key) => `${key} is not known`),
  ];
}

function baseimageRoot({ rootfs }: PlatformFacts): string[] {
  const base = 'usr/share/doc/bootc/baseimage/base';
  const roots = rootfs.get(base)?.type === 'directory' ? ['', `${base}/`] : [''];
  return roots.flatMap((root) => {
    const ostree = rootfs.get(`${root}ostree`);
    return [
      ...(rootfs.get(`${root}sysroot`)?.type === 'directory' ? [] : [`/${root}sysroot is no directory`]),
      ...(ostree?.type === 'symlink' && ostree.link === 'sysroot/ostree'
        ? []
        : [`/${root}ostree does not point at sysroot/ostree`]),
    ];
  });
}

function baseimageComposefs({ rootfs }: PlatformFacts): string[] {
  const text = rootfs.text('usr/lib/ostree/prepare-root.conf');
  if (text === undefined) return ['there is no /usr/lib/ostree/prepare-root.conf'];
  let section = '';
  let enabled: string | undefined;
  for (const line of text.split('\n')) {
    section = /^\[(?<name>[^\]]+)\]/.exec(line)?.groups?.name ?? section;
    if (section === 'composefs')
      enabled = /^\s*enabled\s*=\s*(?<value>\S*)/.exec(line)?.groups?.value ?? enabled;
  }
  const isEnabled = ['yes', 'true', '1', 'signed', 'verity'].includes(enabled?.toLowerCase() ?? '');
  return isEnabled
    ? []
    : [`composefs is not enabled in /usr/lib/ostree/prepare-root.conf (${enabled ?? 'unset'})`];
}

function nonemptyRunTmp({ rootfs }: PlatformFacts): string[] {
  const ignored = 'run/systemd/resolve/stub-resolv.conf';
  return (
    [...rootfs.below('run'), ...rootfs.below('tmp')]
      // The directories that lead to it are there because of it.
      .filter((path) => path !== ignored && !ignored.startsWith(`${path}/`))
      .map((path) => `/${path} should not be in the image`)
  );
}
