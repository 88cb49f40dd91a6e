import { quoted } from '#lib/text';
import type { ImagesEntry } from '../entries.ts';
import type { ImagesFinding } from '../errors.ts';
import { normalPlatform } from '../platform.ts';
import { finding, type Rule } from './rule.ts';

/** Every list of platforms of a set, with its path. */
function lists({ platforms, images, streams }: ImagesEntry): readonly (readonly [string, unknown])[] {
  return [
    ['platforms', platforms] as const,
    ...images.flatMap((image, index) => [
      [`images[${index}].platforms`, image.platforms] as const,
      [`images[${index}].failable`, image.failable] as const,
    ]),
    ...streams.flatMap(({ exceptions = {} }, index) =>
      Object.entries(exceptions).flatMap(([image, exception]) => [
        [`streams[${index}].exceptions.${image}.platforms`, exception.platforms] as const,
        [`streams[${index}].exceptions.${image}.failable`, exception.failable] as const,
      ]),
    ),
  ];
}

export const platformForms: Rule = (set) =>
  lists(set).flatMap(([path, list]) => (Array.isArray(list) ? listFindings(path, list as string[]) : []));

function listFindings(path: string, list: readonly string[]): ImagesFinding[] {
  if (list.length === 0) {
    return path.endsWith('.failable')
      ? []
      : [finding(path, 'no platform is left', 'name one, such as linux/amd64')];
  }
  const seen = new Set<string>();
  return list.flatMap((text, index) => {
    const platform = normal(text);
    const place = `${path}[${index}]`;
    if (platform === undefined) {
      return [finding(place, `${quoted(text)} is no platform`, 'write it as linux/amd64')];
    }
    if (seen.has(platform)) return [finding(place, `${platform} is there already`, 'take it out')];
    seen.add(platform);
    return [];
  });
}

function normal(text: string): string | undefined {
  try {
    return normalPlatform(text);
  } catch {
    return undefined;
  }
}
