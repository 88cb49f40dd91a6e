/** Finds bytes that repeat earlier ones. */
export interface Matcher {
  /** How many bytes from `at` on repeat earlier ones; 0 where they are too few. Positions must only go forward. */
  find(at: number): number;
  /** How far back the earlier bytes lie that the last `find` found. */
  distance(): number;
}

// The limits are those of RFC 1951, section 2; the effort is about that of zlib's level 6.
const WINDOW = 32_768;
const MIN = 3;
const MAX = 258;
const MAX_CHAIN = 64;
/** A match of this length is long enough that a longer one is not looked for a byte later. */
const GOOD = 32;
const HASH_BITS = 15;

/**
 * Keeps chains of positions with the same three bytes; a match gives way to a longer one a byte later. It uses plain
 * numbers and no objects, because it runs for every byte.
 */
export function createMatcher(bytes: Uint8Array): Matcher {
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const previous = new Int32Array(WINDOW);
  let inserted = 0;
  let distance = 0;
  // The match that was found for the next byte, if it was looked for.
  let aheadAt = -1;
  let aheadLength = 0;
  let aheadDistance = 0;

  const hash = (at: number) => {
    const three =
      ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
  };
  const insertUpTo = (at: number) => {
    const end = Math.min(at, bytes.length - MIN + 1);
    for (; inserted < end; inserted++) {
      const key = hash(inserted);
      previous[inserted % WINDOW] = heads[key] as number;
      heads[key] = inserted;
    }
  };
  const longest = (at: number, atLeast: number): number => {
    insertUpTo(at);
    const limit = Math.min(MAX, bytes.length - at);
    if (limit < MIN) return 0;
    let best = Math.max(atLeast, MIN - 1);
    let found = 0;
    let candidate = heads[hash(at)] as number;
    for (let tries = 0; candidate >= 0 && at - candidate < WINDOW && tries < MAX_CHAIN; tries++) {
      // The byte that would make it longer is the likeliest to differ.
      if (bytes[candidate + best] === bytes[at + best]) {
        let length = 0;
        while (length < limit && bytes[candidate + length] === bytes[at + length]) length++;
        if (length > best) {
          best = length;
          found = length;
          distance = at - candidate;
          if (length === limit) break;
        }
      }
      const older = previous[candidate % WINDOW] as number;
      // The ring was overwritten here: the rest of the chain belongs to other positions.
      if (older >= candidate) break;
      candidate = older;
    }
    return found;
  };
  return {
    distance: () => distance,
    find(at) {
      const isKnown = at === aheadAt;
      if (isKnown) distance = aheadDistance;
      const length = isKnown ? aheadLength : longest(at, 0);
      if (length === 0 || length >= GOOD) return length;
      const own = distance;
      const later = longest(at + 1, length);
      if (later === 0) {
        distance = own;
        return length;
      }
      aheadAt = at + 1;
      aheadLength = later;
      aheadDistance = distance;
      return 0;
    },
  };
}
