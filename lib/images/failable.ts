import { ociArchitecture, parsePlatform } from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidFailableError } from './errors.ts';
import type { Image } from './model.ts';

/** What may be missing: an image, or an architecture of it, or of all. */
export interface Failable {
  /** A name, or `*`. */
  readonly image: string;
  /** In Go's names; without one, the image as a whole. */
  readonly architecture: string | undefined;
}

const FORM = /^(?<image>\*|[a-z0-9]+(?:-[a-z0-9]+)*)(?:@(?<architecture>[a-z0-9_]+))?$/;

/**
 * Reads `iot`, `standard@s390x` or `*@s390x`, as pungi lists what is failable by deliverable and architecture; RPM's
 * names of architectures are taken too.
 *
 * @throws {InvalidFailableError} for anything else, `*` alone included: then nothing would be required
 */
export function parseFailable(text: string): Failable {
  const { image, architecture } = FORM.exec(text)?.groups ?? {};
  if (image === undefined || (image === '*' && architecture === undefined)) {
    throw new InvalidFailableError(`${quoted(text)} does not say what may fail`, {
      hint: 'write iot, standard@s390x or *@s390x',
    });
  }
  return { image, architecture: architecture === undefined ? undefined : ociArchitecture(architecture) };
}

/** Whether an image may be missing as a whole. */
export function mayFail(list: readonly Failable[], image: string): boolean {
  return list.some((one) => one.architecture === undefined && one.image === image);
}

/** Whether a platform of an image may be missing. */
export function mayFailOn(list: readonly Failable[], image: string, platform: string): boolean {
  const { architecture } = parsePlatform(platform);
  return (
    mayFail(list, image) ||
    list.some((one) => one.architecture === architecture && (one.image === image || one.image === '*'))
  );
}

/** The same list as texts, for a param: what images of a set or a stream say of themselves. */
export function failableOf(images: readonly Image[]): string[] {
  return images.flatMap(({ name, mayFail: all, failable }) =>
    all ? [name] : failable.map((platform) => `${name}@${parsePlatform(platform).architecture}`),
  );
}
