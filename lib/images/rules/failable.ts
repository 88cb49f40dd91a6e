import type { ImageEntry, ImagesEntry, StreamEntry } from '../entries.ts';
import type { ImagesFinding } from '../errors.ts';
import { normalPlatform } from '../platform.ts';
import { finding, type Rule } from './rule.ts';
import { exceptionOf, imagesOf, platformsOf } from './stream-images.ts';

/** Platforms that may be missing are among those of the image, and one that may not is left. */
export const failablePlatforms: Rule = (set) => [
  ...set.images.flatMap((image, index) => findingsOf(set, image, `images[${index}].failable`)),
  ...set.streams.flatMap((stream, index) =>
    imagesOf(set, stream).flatMap((image) => {
      const { failable, platforms } = exceptionOf(stream, image.name);
      if (failable === undefined && platforms === undefined) return [];
      return findingsOf(set, image, `streams[${index}].exceptions.${image.name}.failable`, stream);
    }),
  ),
];

function findingsOf(
  set: ImagesEntry,
  image: ImageEntry,
  path: string,
  stream?: StreamEntry,
): ImagesFinding[] {
  const failable = failableOf(image, stream);
  if (failable === true) return [];
  const platforms = platformsOf(set, image, stream).map(normalPlatform);
  const may = failable.map(normalPlatform);
  const foreign = may.filter((one) => !platforms.includes(one));
  if (foreign.length > 0) {
    return [finding(path, `${image.name} is not built for ${foreign.join(', ')}`, 'take it out')];
  }
  if (platforms.some((one) => !may.includes(one))) return [];
  return [
    finding(
      path,
      `every platform of ${image.name} may fail, so nothing of it is required`,
      'leave one that must be there, or write failable: true',
    ),
  ];
}

/** A stream of which everything may fail would always be a success. */
export const somethingRequired: Rule = (set) =>
  set.streams.flatMap((stream, index) =>
    imagesOf(set, stream).some((image) => failableOf(image, stream) !== true)
      ? []
      : [
          finding(
            `streams[${index}].images`,
            `every image of stream ${stream.name} may fail, so nothing of it is required`,
            'take failable: true from one of them',
          ),
        ],
  );

function failableOf(image: ImageEntry, stream?: StreamEntry): true | readonly string[] {
  const exception = stream === undefined ? undefined : exceptionOf(stream, image.name).failable;
  return exception ?? image.failable ?? [];
}
