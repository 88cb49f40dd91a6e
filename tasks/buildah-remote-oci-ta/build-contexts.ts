import type { BaseImage } from './base-images.ts';
import type { BuildRequest } from './request.ts';

/**
 * The names by which buildah looks for an image in its build contexts, each with what it finds there: the reference;
 * for FROM the word as it is written, as buildah replaces variables and quotes only after it has looked
 * (imagebuildah/executor.go, `additionalBuildContexts[child.Next.Value]`).
 */
export function buildContexts(
  { containerfile, plan }: Pick<BuildRequest, 'containerfile' | 'plan'>,
  images: readonly Pick<BaseImage, 'reference' | 'name'>[],
): readonly (readonly [string, string])[] {
  return images.flatMap(({ reference, name }) => {
    const written = plan.stages
      .filter(({ isBuilt, base }) => isBuilt && base.kind === 'image' && base.reference === reference)
      .map(({ index }) => containerfile.stages[index]?.[0].text.trim().split(/\s/, 1)[0] ?? reference);
    const names = new Set([reference, `docker://${reference}`, ...written]);
    return [...names].map((one) => [one, `container-image://${name}`] as const);
  });
}
