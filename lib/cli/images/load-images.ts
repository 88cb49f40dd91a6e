import type { ImageSet } from '#lib/images';
import { printable } from '#lib/text';
import { loadCatalogModule } from '../catalog/catalog-file.ts';
import { usageError } from '../options/arguments.ts';

/**
 * The set of images that the module of a catalog exports as `images`.
 *
 * @throws {ExpectedError} of kind `usage` where it exports none
 */
export async function loadImages(path: string | undefined): Promise<ImageSet> {
  const { file, module } = await loadCatalogModule(path);
  const { images } = module as { readonly images?: ImageSet };
  if (images?.streams !== undefined) return images;
  throw usageError(
    `${printable(path ?? file)} exports no images`,
    'it exports them as `images = defineImages({ … })`, as gitops/fedora-bootc.ts does',
  );
}
