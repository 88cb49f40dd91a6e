import { ExpectedError } from '#lib/errors';
import { quoted } from '#lib/text';

/** What is asked for cannot be judged: names that do not fit together. */
export class InvalidGateError extends ExpectedError {
  override readonly name = 'InvalidGateError';
  override readonly kind = 'invalid';
}

/** One image that was asked for. */
export interface ImageRequest {
  readonly name: string;
  /** Repository and tag of its index. */
  readonly index: string;
  /** Repository that it is promoted to. */
  readonly production: string;
  readonly base: string | undefined;
}

interface Params {
  readonly IMAGES: readonly string[];
  readonly SELECTED: readonly string[];
  readonly BASES: readonly string[];
  readonly PRODUCTION: readonly string[];
}

/**
 * The images that were asked for, in the order of IMAGES.
 *
 * @throws {InvalidGateError} for a name that is none, one that is there twice, and two images for one repository
 */
export function requestsOf({ IMAGES, SELECTED, BASES, PRODUCTION }: Params): readonly ImageRequest[] {
  const [places, bases, repositories] = [
    pairs('IMAGES', IMAGES),
    pairs('BASES', BASES),
    pairs('PRODUCTION', PRODUCTION),
  ];
  for (const name of [...SELECTED, ...bases.keys(), ...bases.values()]) {
    if (places.has(name)) continue;
    throw new InvalidGateError(`there is no image ${quoted(name)}`, {
      hint: `there are: ${[...places.keys()].join(', ')}`,
    });
  }
  const taken = new Map<string, string>();
  return [...places]
    .filter(([name]) => SELECTED.includes(name))
    .map(([name, index]) => {
      const production = repositories.get(name) ?? '';
      if (production === '') {
        throw new InvalidGateError(`PRODUCTION names no repository for ${name}`, {
          hint: 'say where it is promoted to, or do not ask for it',
        });
      }
      const other = taken.get(production);
      if (other !== undefined) {
        throw new InvalidGateError(`${other} and ${name} would move the same tags of ${quoted(production)}`);
      }
      taken.set(production, name);
      return { name, index, production, base: bases.get(name) };
    });
}

/** Entries `name=value`, in their order. */
export function pairs(param: string, entries: readonly string[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, at);
    if (known.has(name)) throw new InvalidGateError(`${param} names ${quoted(name)} twice`);
    known.set(name, entry.slice(at + 1));
  }
  return known;
}
