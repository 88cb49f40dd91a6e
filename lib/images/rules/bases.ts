import { baseOf } from '../build-order.ts';
import type { ImageEntry, ImagesEntry } from '../entries.ts';
import { normalPlatform } from '../platform.ts';
import { finding, type Rule } from './rule.ts';
import { imagesOf, platformsOf } from './stream-images.ts';

function layered({ images }: ImagesEntry) {
  return images.flatMap((image, index) => {
    const from = baseOf(image);
    return from === undefined ? [] : [{ image, index, from, base: images.find(({ name }) => name === from) }];
  });
}

export const knownBases: Rule = (set) =>
  layered(set).flatMap(({ image, index, from, base }) => {
    if (base !== undefined && !('compose' in base)) return [];
    const why = base === undefined ? 'there is no image' : 'nothing can stand on the repos image';
    return [
      finding(
        `images[${index}].from`,
        `${image.name} stands on ${from}: ${why}${base === undefined ? ` ${from}` : ''}`,
        `take one of ${set.images
          .filter((one) => !('compose' in one) && one !== image)
          .map(({ name }) => name)
          .join(', ')}`,
      ),
    ];
  });

export const acyclic: Rule = (set) =>
  layered(set)
    .filter(({ image }) => circleOf(set, image) !== undefined)
    .map(({ image, index }) =>
      finding(
        `images[${index}].from`,
        `${image.name} stands on itself: ${circleOf(set, image)?.join(' → ')}`,
        'give one of them a manifest of its own',
      ),
    );

/** From an image down to itself; none where its bases end. */
function circleOf({ images }: ImagesEntry, image: ImageEntry): readonly string[] | undefined {
  const way = [image.name];
  let below = baseOf(image);
  while (below !== undefined && !way.includes(below)) {
    way.push(below);
    const next = images.find(({ name }) => name === below);
    below = next === undefined ? undefined : baseOf(next);
  }
  return below === image.name ? [...way, below] : undefined;
}

/** In the set, and in each stream, whose exceptions may take a platform from either of the two. */
export const platformsOfBases: Rule = (set) =>
  [undefined, ...set.streams].flatMap((stream) =>
    layered(set).flatMap(({ image, index, base }) => {
      if (base === undefined || (stream && !imagesOf(set, stream).includes(image))) return [];
      const has = platformsOf(set, base, stream).map(normalPlatform);
      const lacks = platformsOf(set, image, stream)
        .map(normalPlatform)
        .filter((one) => !has.includes(one));
      if (lacks.length === 0) return [];
      const path =
        stream === undefined
          ? `images[${index}].platforms`
          : `streams[${set.streams.indexOf(stream)}].exceptions`;
      return [
        finding(
          path,
          `${image.name} is built for ${lacks.join(', ')}, and ${base.name}, on which it stands, is not`,
          `build ${base.name} for it, too, or take it from ${image.name}`,
        ),
      ];
    }),
  );

export const streamHasBases: Rule = (set) =>
  set.streams.flatMap((stream, index) => {
    const has = imagesOf(set, stream);
    return layered(set)
      .filter(({ image, base }) => has.includes(image) && base !== undefined && !has.includes(base))
      .map(({ image, from }) =>
        finding(
          `streams[${index}].images`,
          `stream ${stream.name} has ${image.name}, and not ${from}, on which it stands`,
          `add ${from}, or take ${image.name} out`,
        ),
      );
  });
