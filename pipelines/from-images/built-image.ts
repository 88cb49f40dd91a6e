import type { Image } from '#lib/images';

/** An image that is built: all but that of the repositories. */
export type BuiltImage = Image & { readonly made: Exclude<Image['made'], { readonly of: 'compose' }> };

export function isBuilt(image: Image): image is BuiltImage {
  return image.made.of !== 'compose';
}
