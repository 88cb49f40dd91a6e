import type { ImagesEntry } from '../entries.ts';
import { componentName, suffixOf } from '../names.ts';
import { finding, type Rule } from './rule.ts';
import { imagesOf } from './stream-images.ts';

/** What an image of a stream writes: its repository, and its tags in pungi's flow before their timestamp is in them. */
function written(set: ImagesEntry) {
  return set.streams.flatMap((stream, index) =>
    imagesOf(set, stream).flatMap((image) => {
      const who = { index, stream: stream.name, image: image.name };
      const component = `${set.repository}/${componentName(set.name, stream.name, image.name)}`;
      if ('compose' in image) return [{ ...who, what: component }];
      const tag = `${set.flow.images}:${stream.name}${suffixOf(image.name, set.flow.plain)}`;
      return [
        { ...who, what: component },
        { ...who, what: tag },
      ];
    }),
  );
}

export const oneEntryForATag: Rule = (set) => {
  const first = new Map<string, { readonly stream: string; readonly image: string }>();
  return written(set).flatMap(({ index, stream, image, what }) => {
    const other = first.get(what);
    if (other === undefined) {
      first.set(what, { stream, image });
      return [];
    }
    return [
      finding(
        `streams[${index}].name`,
        `${image} of ${stream} and ${other.image} of ${other.stream} are both ${what}`,
        'rename the stream or the image',
      ),
    ];
  });
};
