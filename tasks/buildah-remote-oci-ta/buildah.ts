import type { Containerfile } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import type { StepContext } from '#lib/step';

/** What the buildah at hand can do. */
export interface Buildah {
  readonly version: string;
  readonly has: (feature: Feature) => boolean;
}

/** An option of `buildah build`, or what it has no option for. */
export type Feature = `--${string}` | Form;

type Form = 'here-documents' | 'rw of a cache mount';

/** The build asks for what the buildah at hand cannot do. */
export class UnsupportedBuildError extends ExpectedError {
  override readonly name = 'UnsupportedBuildError';
  override readonly kind = 'invalid';
}

/** What came with a version of buildah 1 (containers/buildah, CHANGELOG; internal/volumes, GetCacheMount). */
const SINCE: ReadonlyMap<string, number> = new Map<Form, number>([
  ['here-documents', 33],
  ['rw of a cache mount', 39],
]);

/** Asks buildah once; it also tells a missing buildah by name, which nothing in the namespaces could. */
export async function findBuildah(tool: StepContext['tool']): Promise<Buildah> {
  const quiet = { output: () => undefined };
  const { stdout: said } = await tool('buildah', ['--version'], quiet);
  const { stdout: help } = await tool('buildah', ['build', '--help'], quiet);
  const options = new Set(help.match(/(?<=^\s{2,}(?:-\w, )?)--[\w-]+/gm));
  const version = /\d+(?:\.\d+)+/.exec(said)?.[0] ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return {
    version,
    has: (feature) => {
      const since = SINCE.get(feature);
      return since === undefined ? options.has(feature) : major > 1 || (major === 1 && minor >= since);
    },
  };
}

/** @throws {UnsupportedBuildError} with the feature and the version */
export function need({ version, has }: Buildah, feature: Feature, why: string): void {
  if (has(feature)) return;
  throw new UnsupportedBuildError(`${why} needs ${feature}, which buildah ${version} does not have`, {
    hint: 'build with a step image that has a newer buildah, or leave it out',
  });
}

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
