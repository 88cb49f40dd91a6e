import { InvalidLayerError } from './errors.ts';
import { type Limits, PATH_MAX } from './limits.ts';

/** Counts what the layers of one image cost. */
export interface Budget {
  entry(): void;
  /** Bytes of a name or of a link's target. */
  name(bytes: number): void;
  /** Bytes of the path of a directory: through links it could be of any depth, and every walk as long. */
  depth(bytes: number): void;
}

/** @throws {InvalidLayerError} by each, which says what is over */
export function createBudget(limits: Pick<Limits, 'entries' | 'names'>): Budget {
  let entries = 0;
  let names = 0;
  return {
    entry() {
      entries += 1;
      if (entries > limits.entries)
        throw new InvalidLayerError(
          `the layers have more than ${limits.entries} files and directories, the limit`,
        );
    },
    name(bytes) {
      names += bytes;
      if (names > limits.names)
        throw new InvalidLayerError(
          `the names in the layers have more than ${limits.names} bytes, the limit`,
        );
    },
    depth(bytes) {
      if (bytes > PATH_MAX)
        throw new InvalidLayerError(
          `the layers have directories deeper than a path of ${PATH_MAX} bytes, the limit`,
        );
    },
  };
}
