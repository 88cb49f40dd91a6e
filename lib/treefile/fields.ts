/**
 * The fields of a treefile, by how a manifest and what it includes come together (rpm-ostree, `treefile_merge`): of single
 * values the outer one stays, lists are joined with what is included first, of maps the outer keys stay.
 */
export type Joining = 'single' | 'list' | 'map' | 'include' | 'packages';

const names: Readonly<Record<Joining, readonly string[]>> = {
  include: ['include', 'arch-include', 'conditional-include'],
  packages: ['packages', 'bootstrap-packages', 'repo-packages'],
  single: [
    'advisories-metadata',
    'automatic-version-prefix',
    'automatic-version-suffix',
    'basearch',
    'boot-location',
    'check-groups',
    'check-passwd',
    'cliwrap',
    'container',
    'container-cmd',
    'default-target',
    'documentation',
    'edition',
    'gpg-key',
    'ignore-devices',
    'ima',
    'machineid-compat',
    'mutate-os-release',
    'no-initramfs',
    'opt-usrlocal',
    'platform-module',
    'postprocess-script',
    'preserve-passwd',
    'readonly-executables',
    'recommends',
    'ref',
    'releasever',
    'repo-metadata',
    'rojig',
    'rpmdb',
    'rpmdb-normalize',
    'selinux',
    'selinux-label-version',
    'sysusers',
    'tmp-is-dir',
  ],
  list: [
    'add-files',
    'cliwrap-binaries',
    'etc-group-members',
    'exclude-packages',
    'ignore-removed-groups',
    'ignore-removed-users',
    'initramfs-args',
    'install-langs',
    'lockfile-repos',
    'ostree-layers',
    'ostree-override-layers',
    'postprocess',
    'remove-files',
    'remove-from-packages',
    'repos',
    'units',
  ],
  map: ['add-commit-metadata', 'metadata', 'repovars', 'variables'],
};

const joinings: ReadonlyMap<string, Joining> = new Map(
  Object.entries(names).flatMap(([joining, fields]) => fields.map((field) => [field, joining as Joining])),
);

/** Fields that may be written with `_`, as they once were. */
const OLD: ReadonlySet<string> = new Set([
  'automatic-version-prefix',
  'boot-location',
  'bootstrap-packages',
  'default-target',
  'gpg-key',
]);

/** The name that the documentation has. */
export function fieldName(key: string): string {
  const name = key.replaceAll('_', '-');
  return OLD.has(name) ? name : key;
}

/** How a field is joined; undefined for one that there is not. */
export function joiningOf(field: string): Joining | undefined {
  return field.startsWith('packages-') ? 'packages' : joinings.get(field);
}

export function knownFields(): readonly string[] {
  return [...joinings.keys()];
}
