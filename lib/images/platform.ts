import { formatPlatform, parsePlatform } from '#lib/oci';

/** A platform in the one form that it is compared in: `linux/arm64`, whatever name its architecture was given by. */
export function normalPlatform(text: string): string {
  return formatPlatform(parsePlatform(text));
}
