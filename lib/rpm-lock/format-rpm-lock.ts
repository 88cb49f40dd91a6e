import { toYaml } from '#lib/tekton/objects';
import type { LockedFile, RpmLock } from './rpm-lock.ts';

/** The text of rpms.lock.yaml, its fields in the order of rpm-lockfile-prototype; equal locks give equal bytes. */
export function formatRpmLock({ lockfileVersion, lockfileVendor, arches }: RpmLock): string {
  const text = toYaml({
    lockfileVersion,
    lockfileVendor,
    arches: arches.map(({ arch, packages, source, module_metadata }) => ({
      arch,
      packages: packages.map(ordered),
      source: source.map(ordered),
      module_metadata: module_metadata.map(ordered),
    })),
  });
  return `---\n${text}`;
}

function ordered({ url, repoid, size, checksum, name, evr, sourcerpm }: LockedFile): LockedFile {
  return { url, repoid, size, checksum, name, evr, sourcerpm };
}
