import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to collect garbage before it has grown by the machine's memory, as bin/bootc-catalog does for commands: to read
 * an image of 300,000 files takes 141 MB and not 283, in the same time. For an image that is small that would only take
 * longer, by a tenth.
 */
export function collectGarbageSooner(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
