import { ExpectedError } from '#lib/errors';
import type { StepContext } from '#lib/step';

/** What the buildah at hand can do. */
export interface Buildah {
  readonly version: string;
  readonly has: (feature: Feature) => boolean;
}

/** An option of `buildah build`, or here-documents, which have none. */
export type Feature = `--${string}` | 'here-documents';

/** The build asks for what the buildah at hand cannot do. */
export class UnsupportedBuildError extends ExpectedError {
  override readonly name = 'UnsupportedBuildError';
  override readonly kind = 'invalid';
}

/** Here-documents came with buildah 1.33 (containers/buildah CHANGELOG). */
const HERE_DOCUMENTS = [1, 33] as const;

/** Asks buildah once; it also tells a missing buildah by name, which nothing in the namespaces could. */
export async function findBuildah(tool: StepContext['tool']): Promise<Buildah> {
  const quiet = { output: () => undefined };
  const { stdout: said } = await tool('buildah', ['--version'], quiet);
  const { stdout: help } = await tool('buildah', ['build', '--help'], quiet);
  const options = new Set(help.match(/(?<=^\s{2,}(?:-\w, )?)--[\w-]+/gm));
  const version = /\d+(?:\.\d+)+/.exec(said)?.[0] ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const hasHereDocuments =
    major > HERE_DOCUMENTS[0] || (major === HERE_DOCUMENTS[0] && minor >= HERE_DOCUMENTS[1]);
  return {
    version,
    has: (feature) => (feature === 'here-documents' ? hasHereDocuments : options.has(feature)),
  };
}

/** @throws {UnsupportedBuildError} with the feature and the version */
export function need({ version, has }: Buildah, feature: Feature, why: string): void {
  if (has(feature)) return;
  throw new UnsupportedBuildError(`${why} needs ${feature}, which buildah ${version} does not have`, {
    hint: 'build with a step image that has a newer buildah, or leave it out',
  });
}
