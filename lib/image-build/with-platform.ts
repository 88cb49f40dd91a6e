import { ImageUrl } from '#lib/tekton';

/** `repo:tag` and linux/arm64 give `repo:tag-linux-arm64`, as buildah-remote names it upstream. */
export function withPlatform(image: ImageUrl, platform: string): ImageUrl {
  const suffix = platform.replaceAll(/[^a-zA-Z0-9]/g, '-');
  // Without a tag the suffix would change the repository.
  return ImageUrl.parse(/:[^/]+$/.test(image) ? `${image}-${suffix}` : `${image}:${suffix}`);
}
