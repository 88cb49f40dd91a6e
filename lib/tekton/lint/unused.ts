import { stringsIn } from '../language/index.ts';
import type { ParamSpec, PipelineSpec, StepActionSpec, TaskSpec } from '../objects/api.gen.ts';
import { workspaceMountPath } from '../rules/workspaces.ts';
import { type Finding, findIf } from './finding.ts';

/** Params and workspaces that a Task declares and nothing in it mentions. */
export function unusedInTask(spec: TaskSpec, path: string): readonly Finding[] {
  const { params = [], workspaces = [], results: _, ...body } = spec;
  const usages = [...(spec.steps ?? []), ...(spec.sidecars ?? [])].flatMap(
    (container) => container.workspaces ?? [],
  );
  return [
    ...unusedParams(params, { ...body, workspaces }, path),
    ...workspaces.flatMap((workspace, index) => {
      const { name } = workspace;
      const mountPath = workspaceMountPath(workspace);
      const isMentioned =
        isUsed(`workspaces.${name}`, body) ||
        usages.some((usage) => usage.name === name) ||
        stringsIn(body).some((text) => text.includes(mountPath));
      return findIf(
        !isMentioned,
        'unused-workspace',
        `${path}.workspaces[${index}]`,
        `no step mentions workspace ${name}`,
      );
    }),
  ];
}

export function unusedInStepAction(
  { params = [], ...body }: StepActionSpec,
  path: string,
): readonly Finding[] {
  return unusedParams(params, body, path);
}

/** What a Pipeline declares and hands to no task; embedded tasks see its params too. */
export function unusedInPipeline(spec: PipelineSpec, path: string): readonly Finding[] {
  const { params = [], workspaces = [], ...body } = spec;
  const bound = new Set(
    [...(spec.tasks ?? []), ...(spec.finally ?? [])].flatMap((task) =>
      (task.workspaces ?? []).map(({ name, workspace = '' }) => (workspace === '' ? name : workspace)),
    ),
  );
  return [
    ...unusedParams(params, body, path),
    ...workspaces.flatMap(({ name }, index) =>
      findIf(
        !bound.has(name) && !isUsed(`workspaces.${name}`, body),
        'unused-workspace',
        `${path}.workspaces[${index}]`,
        `no task is given workspace ${name}`,
      ),
    ),
  ];
}

function unusedParams(params: readonly ParamSpec[], body: unknown, path: string): readonly Finding[] {
  return params.flatMap(({ name }, index) => {
    const defaults = params.filter((other) => other.name !== name).map((other) => other.default);
    return findIf(
      !isUsed(`params.${name}`, [body, defaults]),
      'unused-param',
      `${path}.params[${index}]`,
      `nothing mentions $(params.${name})`,
    );
  });
}

/** Whether `$(<root>.<name>...)` is mentioned, with a dot or in brackets. */
export function isUsed(variable: string, value: unknown): boolean {
  const dot = variable.indexOf('.');
  const root = variable.slice(0, dot);
  const name = variable.slice(dot + 1);
  const starts = [`$(${variable})`, `$(${variable}.`, `$(${variable}[`, `$(inputs.${variable})`];
  const brackets = [
    `$(${root}["${name}"]`,
    `$(${root}['${name}']`,
    `$(${root}["${name}[`,
    `$(${root}['${name}[`,
  ];
  return stringsIn(value).some((text) => [...starts, ...brackets].some((start) => text.includes(start)));
}
