import { InvalidDefectError } from './defects.ts';
import type { PackageDefects } from './release.ts';
import type { SourcePackage } from './source-package.ts';

/** What no package provides. */
const NOTHING = 'what-no-package-provides';

/**
 * A source package whose packages cannot be installed where that is asked for.
 *
 * @throws {InvalidDefectError} for a package that is the same on all architectures
 */
export function makeUninstallable(
  source: SourcePackage,
  defects: PackageDefects['uninstallable'],
): SourcePackage {
  return {
    ...source,
    packages: (architecture) =>
      source.packages(architecture).map((binary) => {
        const wanted = defects.filter(({ name }) => name === binary.name);
        if (wanted.length > 0 && source.isNoarch) {
          throw new InvalidDefectError(`${binary.name} is one package for all architectures`, {
            hint: 'take a package that is built for each',
          });
        }
        if (!wanted.some((one) => one.architecture === architecture)) return binary;
        return { ...binary, requires: [...(binary.requires ?? []), NOTHING] };
      }),
  };
}
