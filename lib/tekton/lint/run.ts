import { formatDuration, parseDuration } from '../language/index.ts';
import type { PipelineRun, PipelineSpec } from '../objects/api.gen.ts';
import { type KnownObjects, lookUp } from '../rules/known.ts';
import { type Finding, findIf } from './finding.ts';

/** Lints of a PipelineRun together with its pipeline. */
export function runFindings({ spec = {} }: PipelineRun, known: KnownObjects): readonly Finding[] {
  const pipeline =
    spec.pipelineSpec ?? (spec.pipelineRef && lookUp(known.pipelines, spec.pipelineRef, 'Pipeline')?.spec);
  if (!pipeline) return [];
  const claims = new Set(
    (spec.workspaces ?? [])
      .filter((binding) => binding.persistentVolumeClaim ?? binding.volumeClaimTemplate)
      .map(({ name }) => name),
  );
  return [
    ...(spec.workspaces ?? []).flatMap(({ name, emptyDir }, index) => {
      const users = tasksWith(name, pipeline);
      return findIf(
        emptyDir !== undefined && users.length > 1,
        'emptydir-shared',
        `spec.workspaces[${index}].emptyDir`,
        `each of ${users.join(', ')} gets an empty directory of its own: use a volumeClaimTemplate`,
      );
    }),
    ...tasksOf(pipeline).flatMap(({ name = '', workspaces = [] }) => {
      const bound = new Set(workspaces.map(boundTo).filter((workspace) => claims.has(workspace)));
      return findIf(
        bound.size > 1,
        'pvc-many',
        'spec.workspaces',
        `task ${name} mounts ${bound.size} claims, which Tekton refuses unless its flag coschedule is not "workspaces"`,
      );
    }),
    ...timeoutFindings(spec, pipeline),
  ];
}

function timeoutFindings(
  { timeouts = {} }: NonNullable<PipelineRun['spec']>,
  pipeline: PipelineSpec,
): readonly Finding[] {
  const limit = parseDuration(timeouts.tasks ?? timeouts.pipeline ?? '1h') ?? 0;
  return (pipeline.tasks ?? []).flatMap(({ name = '', timeout = '0' }) =>
    findIf(
      limit > 0 && (parseDuration(timeout) ?? 0) > limit,
      'latest-timeout',
      'spec.timeouts',
      `task ${name} may take ${timeout}, and the run ends its tasks after ${formatDuration(limit)}`,
    ),
  );
}

function tasksWith(workspace: string, pipeline: PipelineSpec): readonly string[] {
  return tasksOf(pipeline)
    .filter(({ workspaces = [] }) => workspaces.some((binding) => boundTo(binding) === workspace))
    .map(({ name = '' }) => name);
}

function boundTo({
  name,
  workspace = '',
}: {
  readonly name: string;
  readonly workspace?: string | undefined;
}): string {
  return workspace === '' ? name : workspace;
}

function tasksOf({ tasks = [], finally: finallyTasks = [] }: PipelineSpec) {
  return [...tasks, ...finallyTasks];
}
