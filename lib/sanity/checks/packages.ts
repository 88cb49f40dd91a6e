import { formatNevra, type InstalledPackages, type InstalledRpm } from '#lib/rpm';
import type { ImageCheck, PlatformCheck } from '../check-definition.ts';
import { CouldNotLookError } from '../look.ts';

export const packagesInCompose: PlatformCheck = {
  id: 'packages-in-compose',
  severity: 'fail',
  description: 'Every installed package is in `rpms.json` of the compose, of several in that of one.',
  looksAt:
    'The RPM database, whole: `rpmdb.sqlite` with its write-ahead log or rollback journal, where `%_dbpath` of the image says that it is.',
  why: 'A package from elsewhere has been through no test of the compose, and nobody knows where an update of it will come from.',
  mend: 'Build from the repositories of the compose alone; `rpm -qa` in the image shows what is there.',
  platform: ({ packages, arch }, { composes }) => {
    if (composes.length === 0) return { skip: 'no compose is given' };
    const rpms = rpmsOf(packages);
    if (rpms === undefined) return ['there is no RPM database'];
    if (rpms.length === 0) return ['no package is installed'];
    const ids = composes.map(({ id }) => id);
    const where = ids.length === 1 ? `not in ${ids[0]}` : `in none of ${ids.join(', ')}`;
    return rpms
      .map(formatNevra)
      .filter((nevra) => !composes.some((compose) => compose.packages.get(arch)?.has(nevra)))
      .map((nevra) => `${nevra} is ${where}`);
  },
};

export const packageAgreement: ImageCheck = {
  id: 'package-agreement',
  severity: 'warn',
  description: 'All platforms have the same packages in the same versions.',
  looksAt: 'The RPM databases of all platforms.',
  why: 'Platforms that were built from different packages behave differently, and their tests say nothing of each other.',
  mend: 'Build all platforms from one compose, at one time.',
  image: ({ platforms }) => {
    // One platform agrees with itself, whatever it has.
    if (platforms.length < 2) return [];
    const versions = new Map<string, Map<string, string[]>>();
    for (const { packages, platform } of platforms) {
      for (const { name, epoch, version, release } of rpmsOf(packages) ?? []) {
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

/** Undefined where there is no database. @throws {CouldNotLookError} when there is one that could not be read */
function rpmsOf(packages: InstalledPackages): readonly InstalledRpm[] | undefined {
  if (packages.kind === 'unreadable') throw new CouldNotLookError(packages.why);
  return packages.kind === 'read' ? packages.rpms : undefined;
}
