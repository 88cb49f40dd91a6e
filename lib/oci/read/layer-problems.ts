import { quoted } from '#lib/text';
import { kindOf } from '../model/media-types.ts';
import type { Image } from './read-image.ts';

/**
 * Contradictions between the layers of a manifest and the configuration, which names the digest of each without
 * compression (image-spec v1.1.1, "Image Configuration", rootfs). podman reads such images nevertheless.
 */
export function layerProblems({ manifest, config }: Pick<Image, 'manifest' | 'config'>): readonly string[] {
  const { layers } = manifest;
  const named = config.rootfs.diff_ids.length;
  return [
    ...(layers.length === named
      ? []
      : [`the manifest has ${layers.length} layers, the configuration ${named} diff_ids`]),
    ...layers.flatMap(({ mediaType }, index) =>
      kindOf(mediaType) === 'layer' ? [] : [`layer ${index + 1} is ${quoted(mediaType)}, which is no layer`],
    ),
  ];
}
