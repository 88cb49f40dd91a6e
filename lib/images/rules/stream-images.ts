import { own } from '#lib/text';
import type { ExceptionEntry, ImageEntry, ImagesEntry, StreamEntry } from '../entries.ts';

/** The images that a stream has, of those that there are. */
export function imagesOf(set: ImagesEntry, { images }: StreamEntry): readonly ImageEntry[] {
  return images === 'all' ? set.images : set.images.filter(({ name }) => images.includes(name));
}

export function exceptionOf({ exceptions = {} }: StreamEntry, image: string): ExceptionEntry {
  return own(exceptions, image) ?? {};
}

/** The platforms of an image, in a stream or unless a stream says otherwise. */
export function platformsOf(set: ImagesEntry, image: ImageEntry, stream?: StreamEntry): readonly string[] {
  const exception = stream === undefined ? undefined : exceptionOf(stream, image.name).platforms;
  return exception ?? image.platforms ?? set.platforms;
}
