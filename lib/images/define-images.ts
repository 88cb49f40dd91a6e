import type { ImagesEntry } from './entries.ts';
import { refuseFindings } from './errors.ts';
import type { ImageSet } from './model.ts';
import { resolveImages } from './resolve.ts';
import { imagesFindings } from './rules/index.ts';

/**
 * Makes the model of a set of images from its data. No I/O, and no clock: what is past its end is asked of
 * `endOfLifeFindings`.
 *
 * @throws {InvalidImagesError} with all that is wrong, the path of each field and what to do
 */
export function defineImages(entry: ImagesEntry): ImageSet {
  refuseFindings(entry.name, imagesFindings(entry));
  return resolveImages(entry);
}
