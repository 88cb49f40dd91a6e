import type { Containerfile } from '#lib/containerfile';
import { type Buildah, need } from './buildah.ts';

/**
 * Refuses a Containerfile with a form of instruction that the buildah at hand takes for another, or refuses only once it
 * is there.
 *
 * @throws {UnsupportedBuildError} with the line
 */
export function needForms(buildah: Buildah, { file, stages }: Containerfile): void {
  for (const { flags, line, hereDocuments } of stages.flat()) {
    const where = `${file}:${line}`;
    if (hereDocuments.length > 0) need(buildah, 'here-documents', where);
    if (flags.some(isWritableCache)) need(buildah, 'rw of a cache mount', where);
  }
}

/** Older versions of buildah add an rw of their own, and refuse two of them. */
function isWritableCache(flag: string): boolean {
  const options = /^--mount=(.*)$/s.exec(flag)?.[1]?.split(',') ?? [];
  return options.includes('type=cache') && options.some((one) => one === 'rw' || one === 'readwrite');
}
