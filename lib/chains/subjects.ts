import { InvalidReferenceError, parseReference } from '#lib/oci';
import type { TaskRunResult } from '#lib/tekton/objects';
import { type Artifact, digestSet, mergeArtifacts } from './artifact.ts';

/**
 * The images among results, by their type hints: pairs `…IMAGE_URL` and `…IMAGE_DIGEST`, the list IMAGES, and objects
 * `…ARTIFACT_OUTPUTS` that say that they are build artifacts (signable.go, ExtractOCIImagesFromResults). Those are what
 * Chains signs. Chains passes over what is no image reference, so it is passed over here.
 */
export function imagesOf(results: readonly TaskRunResult[]): readonly Artifact[] {
  const listed = results
    .filter(({ name }) => name === 'IMAGES')
    .flatMap(({ value }) => (typeof value === 'string' ? value.split(/[\n,]/) : []))
    .map((text) => text.trim());
  const built = outputsOf(results, 'ARTIFACT_OUTPUTS')
    .filter(({ isBuildArtifact }) => isBuildArtifact === 'true')
    .map(({ uri, digest }) => `${uri}@${digest}`);
  return mergeArtifacts(
    [...pairsOf(results, 'IMAGE_URL', 'IMAGE_DIGEST'), ...listed, ...built].flatMap((text) => imageOf(text)),
  );
}

/** All that a run has made: its images, `…ARTIFACT_URI` with `…ARTIFACT_DIGEST`, `…ARTIFACT_OUTPUTS` (extract.go). */
export function subjectsOf(results: readonly TaskRunResult[]): readonly Artifact[] {
  const files = pairsOf(results, 'ARTIFACT_URI', 'ARTIFACT_DIGEST').flatMap((text) => {
    const at = text.lastIndexOf('@');
    return named(text.slice(0, at), text.slice(at + 1));
  });
  return mergeArtifacts([...imagesOf(results), ...files, ...structured(results, 'ARTIFACT_OUTPUTS')]);
}

/** Objects with `uri` and `digest` whose result's name ends as given. */
export function structured(results: readonly TaskRunResult[], suffix: string): readonly Artifact[] {
  return outputsOf(results, suffix).flatMap(({ uri = '', digest = '' }) => named(uri, digest));
}

function named(name: string, text: string): readonly Artifact[] {
  const digest = digestSet(text);
  return name === '' || digest === undefined ? [] : [{ name, digest }];
}

function outputsOf(
  results: readonly TaskRunResult[],
  suffix: string,
): readonly Readonly<Record<string, string>>[] {
  return results.flatMap(({ name, value }) =>
    name.endsWith(suffix) && typeof value === 'object' && !Array.isArray(value)
      ? [value as Readonly<Record<string, string>>]
      : [],
  );
}

/** `<first>@<second>` for each beginning that results of both endings have. */
function pairsOf(results: readonly TaskRunResult[], first: string, second: string): readonly string[] {
  const texts = new Map(
    results.flatMap(({ name, value }) => (typeof value === 'string' ? [[name, value.trim()] as const] : [])),
  );
  return [...texts].flatMap(([name, text]) => {
    if (!name.endsWith(first) || text === '') return [];
    const other = texts.get(`${name.slice(0, -first.length)}${second}`);
    return other === undefined || other === '' ? [] : [`${text}@${other}`];
  });
}

function imageOf(text: string): readonly Artifact[] {
  try {
    const { registry, repository, digest } = parseReference(text);
    const set = digestSet(digest ?? '');
    // Chains' library calls Docker Hub by its host of old.
    const host = registry === 'docker.io' ? 'index.docker.io' : registry;
    return set === undefined ? [] : [{ name: `${host}/${repository}`, digest: set }];
  } catch (error) {
    if (error instanceof InvalidReferenceError) return [];
    throw error;
  }
}
