import { InvalidLayerError } from './errors.ts';
import { type Limits, PATH_MAX } from './limits.ts';

/** Counts what the layers of one image cost. */
export interface Budget {
  entry(): void;
  /** Bytes of a name or of a link's target. */
  name(bytes: number): void;
  /** Bytes of the path of a directory: through links it could be of any depth, and every walk as long. */
  depth(bytes: number): void;
  /** Parts of paths that were looked up. */
  parts(count: number): void;
}

/** @throws {InvalidLayerError} by each method, saying which limit is exceeded */
export function createBudget(limits: Pick<Limits, 'entries' | 'names' | 'parts'>): Budget {
  let entries = 0;
  let names = 0;
  let parts = 0;
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
    parts(count) {
      parts += count;
      if (parts > limits.parts)
        throw new InvalidLayerError(
          `following the links of the layers takes more than ${limits.parts} steps, the limit`,
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
