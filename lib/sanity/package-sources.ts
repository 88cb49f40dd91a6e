import { formatNevra } from '#lib/rpm';
import type { ImageFacts } from './facts.ts';

/** The packages of one platform by the compose that they are from: the first that has them. */
export interface PackageSources {
  readonly platform: string;
  readonly composes: readonly { readonly id: string; readonly packages: readonly string[] }[];
}

/** From which of several composes the packages are; nothing where there is one, or none. */
export function packageSources({ composes, platforms }: ImageFacts): readonly PackageSources[] {
  if (composes.length < 2) return [];
  return platforms.map(({ platform, arch, packages }) => {
    const rpms = packages.kind === 'read' ? packages.rpms.map(formatNevra) : [];
    const first = Map.groupBy(
      rpms,
      (nevra) => composes.find((one) => one.packages.get(arch)?.has(nevra))?.id,
    );
    return { platform, composes: composes.map(({ id }) => ({ id, packages: first.get(id) ?? [] })) };
  });
}
