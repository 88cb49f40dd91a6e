import type { Param, ParamSpec, PipelineRun, RefSource, TaskRun, TaskRunResult } from '#lib/tekton/objects';
import { type Artifact, digestSet, mergeArtifacts } from './artifact.ts';
import { structured } from './subjects.ts';

/** SLSA v0.2's form of an artifact. */
export interface Material {
  readonly uri: string;
  readonly digest: Readonly<Record<string, string>>;
}

/**
 * What a run was made of: definitions from resolvers, images of steps and sidecars, git commits and artifacts by type
 * hints (material.go, PipelineMaterials with deep inspection).
 *
 * @param taskRuns in the order of their pipeline's tasks
 */
export function materialsOf(run: PipelineRun, taskRuns: readonly TaskRun[]): readonly Material[] {
  const inTasks = taskRuns.flatMap(({ status }) => [
    ...[...(status?.steps ?? []), ...(status?.sidecars ?? [])].flatMap(({ imageID }) => image(imageID)),
    ...source(status?.provenance?.refSource),
  ]);
  const hints = taskRuns.flatMap(({ spec, status }) => {
    const results = status?.results ?? [];
    const commit = commitOf(status?.taskSpec?.params, spec?.params, results);
    return [...commit, ...structured(results, 'ARTIFACT_INPUTS')];
  });
  const { spec, status } = run;
  const results = status?.results ?? [];
  return mergeArtifacts([
    ...source(status?.provenance?.refSource),
    ...inTasks,
    ...structured(results, 'ARTIFACT_INPUTS'),
    ...hints,
    ...commitOf(status?.pipelineSpec?.params, spec?.params, results),
  ]).map(({ name, digest }) => ({ uri: name, digest }));
}

/** An image by its digest; a step in a directory of this machine has none. */
function image(imageID = ''): readonly Artifact[] {
  const at = imageID.lastIndexOf('@');
  const digest = digestSet(imageID.slice(at + 1));
  if (at < 0 || digest === undefined) return [];
  return [{ name: `oci://${imageID.slice(0, at).replace(/^docker-pullable:\/\//, '')}`, digest }];
}

function source({ uri, digest }: RefSource = {}): readonly Artifact[] {
  return uri === undefined || digest === undefined ? [] : [{ name: uri, digest }];
}

/** CHAINS-GIT_URL and CHAINS-GIT_COMMIT: of the defaults, over these of the params, over these of the results. */
function commitOf(
  specs: readonly ParamSpec[] = [],
  params: readonly Param[] = [],
  results: readonly TaskRunResult[] = [],
): readonly Artifact[] {
  const values = new Map<string, unknown>([
    ...specs.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default] as const])),
    ...params.map(({ name, value }) => [name, value] as const),
    ...results.map(({ name, value }) => [name, value] as const),
  ]);
  const url = values.get('CHAINS-GIT_URL');
  const commit = values.get('CHAINS-GIT_COMMIT');
  if (typeof url !== 'string' || typeof commit !== 'string' || url === '' || commit === '') return [];
  return [{ name: gitUri(url), digest: { sha1: commit } }];
}

/** SPDX's form of a repository (attest.go, SPDXGit). */
function gitUri(url: string): string {
  const prefixed = url.startsWith('git+') ? url : `git+${url}`;
  return prefixed.endsWith('.git') ? prefixed : `${prefixed}.git`;
}
