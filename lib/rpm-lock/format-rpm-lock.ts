import { toYaml } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { InvalidRpmLockError } from './errors.ts';
import { type LockedFile, RpmLock } from './rpm-lock.ts';

/**
 * The text of rpms.lock.yaml, its fields in the order of rpm-lockfile-prototype; equal locks give equal bytes.
 *
 * @throws {InvalidRpmLockError} for a lock that could not be read again
 */
export function formatRpmLock(lock: RpmLock): string {
  const [issue] = RpmLock.safeParse(lock).error?.issues ?? [];
  if (issue !== undefined) {
    const place = issue.path.map(String).join('.');
    throw new InvalidRpmLockError(
      `cannot write a lock of RPMs: ${printable(place)} ${printable(issue.message)}`,
    );
  }
  const { lockfileVersion, lockfileVendor, arches } = lock;
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
