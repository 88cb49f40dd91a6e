import { quoted } from '#lib/text';
import { finding, type Rule } from './rule.ts';
import { exceptionOf, imagesOf } from './stream-images.ts';

export const knownExceptions: Rule = (set) =>
  set.streams.flatMap((stream, index) => {
    const has = imagesOf(set, stream).map(({ name }) => name);
    return Object.keys(stream.exceptions ?? {})
      .filter((image) => !has.includes(image))
      .map((image) =>
        finding(
          `streams[${index}].exceptions.${image}`,
          `stream ${stream.name} has no image ${quoted(image)}`,
          `take the exception out, or name one of ${has.join(', ')}`,
        ),
      );
  });

export const manifestExceptions: Rule = (set) =>
  set.streams.flatMap((stream, index) =>
    imagesOf(set, stream)
      .filter((image) => !('manifest' in image) && exceptionOf(stream, image.name).manifest !== undefined)
      .map(({ name }) =>
        finding(
          `streams[${index}].exceptions.${name}.manifest`,
          `${name} is not made of a manifest`,
          'take it out',
        ),
      ),
  );
