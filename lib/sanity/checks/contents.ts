import { formatNevra, parseRepoFile } from '#lib/rpm';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';

export const osRelease: PlatformCheck = {
  id: 'os-release',
  severity: 'fail',
  description: 'usr/lib/os-release says ID, VERSION_ID and NAME.',
  platform: ({ rootfs }) => {
    const text = rootfs.text('usr/lib/os-release') ?? rootfs.text('etc/os-release');
    if (text === undefined) return ['there is no os-release'];
    const fields = parseOsRelease(text);
    return ['ID', 'VERSION_ID', 'NAME']
      .filter((name) => !fields.get(name))
      .map((name) => `os-release has no ${name}`);
  },
};

export const osReleaseAgreement: ImageCheck = {
  id: 'os-release-agreement',
  severity: 'fail',
  description: 'All platforms are one release.',
  image: ({ platforms }) => {
    const releases = platforms.map(({ rootfs }) => {
      const fields = parseOsRelease(rootfs.text('usr/lib/os-release') ?? '');
      return `${fields.get('ID')} ${fields.get('VERSION_ID')}`;
    });
    const distinct = [...new Set(releases)].sort();
    return distinct.length <= 1 ? [] : [`the platforms are of different releases: ${distinct.join(', ')}`];
  },
};

export const bootVarEmpty: PlatformCheck = {
  id: 'boot-var-empty',
  severity: 'fail',
  description: '/boot and /var hold no files: bootc fills them on the machine.',
  platform: ({ rootfs }) => {
    const files = [...rootfs.below('boot'), ...rootfs.below('var')].filter(
      (path) => rootfs.get(path)?.type !== 'directory' && !path.startsWith('boot/efi/'),
    );
    return files.map((path) => `/${path} should not be in the image`);
  },
};

export const composeRepos: PlatformCheck = {
  id: 'compose-repos',
  severity: 'fail',
  description: 'No repository file points at the compose, or at any other compose in progress.',
  platform: ({ rootfs }, { compose }) => {
    const files = [
      'etc/yum.repos.d',
      'usr/etc/yum.repos.d',
      'etc/distro.repos.d',
      'usr/share/dnf5/repos.d',
    ].flatMap((directory) =>
      rootfs
        .list(directory)
        .filter((name) => name.endsWith('.repo'))
        .map((name) => `${directory}/${name}`),
    );
    return files.flatMap((file) =>
      parseRepoFile(rootfs.text(file) ?? '').flatMap((repo) => {
        const urls = [...(repo.baseurl ?? []), repo.metalink ?? '', repo.mirrorlist ?? ''];
        const suspect = urls.find(
          (url) =>
            /\/compose\/[^/]+\/\$?\w+\/os\b/.test(url) ||
            (compose !== undefined && (url.includes(compose.id) || url.startsWith(compose.url))),
        );
        return suspect === undefined ? [] : [`/${file} [${repo.id}] points at ${suspect}`];
      }),
    );
  },
};

export const packagesInCompose: PlatformCheck = {
  id: 'packages-in-compose',
  severity: 'fail',
  description: 'Every installed package is in rpms.json of the compose.',
  platform: ({ rpms, arch }, { compose }) => {
    if (!compose) return { skip: 'no compose is given' };
    if (!rpms) return ['there is no RPM database'];
    if (rpms.length === 0) return ['no package is installed'];
    const known = compose.packages.get(arch) ?? new Set();
    return rpms
      .map(formatNevra)
      .filter((nevra) => !known.has(nevra))
      .map((nevra) => `${nevra} is not in ${compose.id}`);
  },
};

export const packageAgreement: ImageCheck = {
  id: 'package-agreement',
  severity: 'warn',
  description: 'All platforms have the same packages in the same versions.',
  image: ({ platforms }) => {
    const versions = new Map<string, Map<string, string[]>>();
    for (const { rpms = [], platform } of platforms) {
      for (const { name, epoch, version, release } of rpms) {
        const evr = `${epoch}:${version}-${release}`;
        const known = versions.get(name) ?? new Map<string, string[]>();
        versions.set(name, known.set(evr, [...(known.get(evr) ?? []), platform]));
      }
    }
    return [...versions]
      .filter(([, evrs]) => evrs.size > 1)
      .map(
        ([name, evrs]) =>
          `${name}: ${[...evrs].map(([evr, where]) => `${evr} on ${where.join(' ')}`).join(', ')}`,
      );
  },
};

/** os-release(5): shell-like assignments. */
function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match =
      /^(?<key>[A-Z0-9_]+)=(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<plain>\S*))\s*$/.exec(
        line,
      )?.groups;
    if (match)
      fields.set(
        match.key ?? '',
        match.double?.replaceAll(/\\(.)/g, '$1') ?? match.single ?? match.plain ?? '',
      );
  }
  return fields;
}
