import { quoted } from '#lib/text';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import type { ImageRootfs } from '../facts.ts';
import { look, textOf } from '../look.ts';

/** In the order in which os-release(5) has them read; bootc and ostree take the second first. */
export const places = ['etc/os-release', 'usr/lib/os-release'] as const;
const names = ['ID', 'VERSION_ID', 'NAME'] as const;
/** These two hold small letters, digits, dots, dashes and underscores alone (os-release(5)). */
const words = ['ID', 'VERSION_ID'] as const;

export const osRelease: PlatformCheck = {
  id: 'os-release',
  severity: 'fail',
  description:
    'os-release says ID, VERSION_ID and NAME, in the form that they have, and both places of it the same.',
  looksAt: '`/etc/os-release` and `/usr/lib/os-release`; links are followed, and one of them may be missing.',
  why: 'Bootloader entries, `$releasever` of dnf and whoever looks after machines know the system by these three.',
  mend: 'Install the package of the release (`fedora-release`), or write `/usr/lib/os-release` and make `/etc/os-release` a link to it: `ln -sf ../usr/lib/os-release /etc/os-release`.',
  platform: ({ rootfs }) => {
    const there = osReleasesOf(rootfs);
    const [first, second] = there;
    if (first === undefined) return ['there is no os-release'];
    const missing = there.flatMap(({ place, fields }) =>
      names.filter((name) => !fields.get(name)).map((name) => `/${place} has no ${name}`),
    );
    const wrong = there.flatMap(({ place, fields }) =>
      words
        .filter((name) => !/^[a-z0-9._-]*$/.test(fields.get(name) ?? ''))
        .map((name) => `/${place} has the ${name} ${quoted(fields.get(name) ?? '')}, which is no name`),
    );
    const different = names.filter((name) => second && first.fields.get(name) !== second.fields.get(name));
    return [
      ...missing,
      ...wrong,
      ...(missing.length > 0
        ? []
        : different.map((name) => `/${first.place} and /${second?.place} have different ${name}`)),
    ];
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
      const [{ fields } = {}] = osReleasesOf(rootfs);
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
  looksAt:
    '`/boot`, which must be a directory where it is there, and everything below it and `/var` that is no directory, but for `/boot/EFI` and `/boot/efi`.',
  why: 'What an image has in `/boot` is hidden on the machine; what it has in `/var` gets there at installation and is never updated.',
  mend: 'Delete it in the layer that made it (`rm -rf /var/lib/dnf /var/log/* /var/cache/*`), and let tmpfiles.d make what must be there.',
  platform: ({ rootfs }) => {
    const boot = rootfs.get('boot');
    const found = [...rootfs.below('boot'), ...rootfs.below('var')]
      .filter((path) => rootfs.get(path)?.type !== 'directory' && !/^boot\/(?:EFI|efi)\//.test(path))
      .map((path) => `/${path} should not be in the image`);
    return [...found, ...(boot && boot.type !== 'directory' ? ['/boot is no directory'] : [])];
  },
};

/** Each os-release that is there. @throws {CouldNotLookError} */
function osReleasesOf(rootfs: ImageRootfs) {
  return places.flatMap((place) => {
    const seen = look(rootfs, place);
    return seen.kind === 'content' ? [{ place, fields: parseOsRelease(textOf(seen.bytes)) }] : [];
  });
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
