import { stringsIn, textsOf } from '../language/index.ts';
import type { PipelineSpec, TaskSpec } from '../objects/api.gen.ts';

/** PipelineSpec.GetIndexingReferencesToArrayParams: params, matrix, subPath of tasks, and when. */
export function pipelineTexts(spec: PipelineSpec): readonly string[] {
  const tasks = spec.tasks ?? [];
  return [
    ...[...tasks, ...(spec.finally ?? [])].flatMap(({ params = [], matrix, when = [] }) => [
      ...[...params, ...(matrix?.params ?? [])].flatMap(({ value }) => textsOf(value)),
      ...when.flatMap(({ input = '', values = [] }) => [input, ...values]),
    ]),
    ...tasks.flatMap(({ workspaces = [] }) => workspaces.map(({ subPath = '' }) => subPath)),
  ];
}

/** TaskSpec.GetIndexingReferencesToArrayParams looks nearly everywhere. */
export function taskTexts({
  steps,
  stepTemplate,
  volumes,
  workspaces,
  sidecars,
}: TaskSpec): readonly string[] {
  return stringsIn({ steps, stepTemplate, volumes, workspaces, sidecars });
}
