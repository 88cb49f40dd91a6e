import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { look, textOf } from '../look.ts';

const places = ['usr/lib/os-release', 'etc/os-release'] as const;

export const osRelease: PlatformCheck = {
  id: 'os-release',
  severity: 'fail',
  description: 'os-release says ID, VERSION_ID and NAME.',
  looksAt: '`/usr/lib/os-release`, or `/etc/os-release` where there is none; links are followed.',
  why: 'Bootloader entries, `$releasever` of dnf and whoever looks after machines know the system by these three.',
  mend: 'Install the package of the release (`fedora-release`), or write the file.',
  platform: ({ rootfs }) => {
    const fields = osReleaseOf(rootfs);
    if (fields === undefined) return ['there is no os-release'];
    return ['ID', 'VERSION_ID', 'NAME']
      .filter((name) => !fields.get(name))
      .map((name) => `os-release has no ${name}`);
  },
};

export const osReleaseAgreement: ImageCheck = {
  id: 'os-release-agreement',
  severity: 'fail',
  description: 'All platforms are one release.',
  looksAt: 'ID and VERSION_ID of the os-release of every platform.',
  why: 'An index whose platforms are of different releases gives machines different systems under one tag.',
  mend: 'Build all platforms from one compose.',
  image: ({ platforms }) => {
    const releases = platforms.map(({ rootfs }) => {
      const fields = osReleaseOf(rootfs);
      return `${fields?.get('ID')} ${fields?.get('VERSION_ID')}`;
    });
    const distinct = [...new Set(releases)].sort();
    return distinct.length <= 1 ? [] : [`the platforms are of different releases: ${distinct.join(', ')}`];
  },
};

export const bootVarEmpty: PlatformCheck = {
  id: 'boot-var-empty',
  severity: 'fail',
  description: '/boot and /var hold no files: bootc fills them on the machine.',
  looksAt: 'Everything below `/boot` and `/var` that is no directory, but for `/boot/EFI` and `/boot/efi`.',
  why: 'What an image has in `/boot` is hidden on the machine; what it has in `/var` gets there at installation and is never updated.',
  mend: 'Delete it in the layer that made it (`rm -rf /var/lib/dnf /var/log/* /var/cache/*`), and let tmpfiles.d make what must be there.',
  platform: ({ rootfs }) => {
    return [...rootfs.below('boot'), ...rootfs.below('var')]
      .filter((path) => rootfs.get(path)?.type !== 'directory' && !/^boot\/(?:EFI|efi)\//.test(path))
      .map((path) => `/${path} should not be in the image`);
  },
};

function osReleaseOf(rootfs: ImageRootfs): ReadonlyMap<string, string> | undefined {
  for (const place of places) {
    const seen = look(rootfs, place);
    if (seen.kind === 'content') return parseOsRelease(textOf(seen.bytes));
  }
  return undefined;
}

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
