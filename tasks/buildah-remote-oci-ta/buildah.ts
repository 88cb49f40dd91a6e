import { type Containerfile, canDerive, isWritableCache } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import type { StepContext } from '#lib/step';

/** What the buildah at hand can do. */
export interface Buildah {
  readonly version: string;
  readonly has: (feature: Feature) => boolean;
}

/** An option of `buildah build`, or what has none. */
export type Feature = `--${string}` | keyof typeof since;

/** The build asks for what the buildah at hand cannot do. */
export class UnsupportedBuildError extends ExpectedError {
  override readonly name = 'UnsupportedBuildError';
  override readonly kind = 'invalid';
}

/**
 * The version of buildah with which a feature came (containers/buildah, its CHANGELOG, imagebuildah/executor.go, and
 * internal/volumes, GetCacheMount).
 */
const since = {
  'here-documents': [1, 33],
  'rw of a cache mount': [1, 39],
  'variables in RUN lines': [1, 29],
} as const;

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
      if (!isVersioned(feature)) return options.has(feature);
      const [firstMajor, firstMinor] = since[feature];
      return major > firstMajor || (major === firstMajor && minor >= firstMinor);
    },
  };
}

function isVersioned(feature: Feature): feature is keyof typeof since {
  return feature in since;
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
 * is there, and that cannot be said in another way (`deriveContainerfile`).
 *
 * @throws {UnsupportedBuildError} with the line
 */
export function needForms(buildah: Buildah, { file, stages }: Containerfile): void {
  for (const instruction of stages.flat()) {
    if (canDerive(instruction)) continue;
    const { flags, line, hereDocuments } = instruction;
    const where = `${file}:${line}`;
    if (hereDocuments.length > 0) need(buildah, 'here-documents', where);
    // Older versions of buildah add an rw of their own, and refuse two of them.
    if (flags.some(isWritableCache)) need(buildah, 'rw of a cache mount', where);
  }
}
