import type { Param, TaskSpec, WorkspaceBinding } from '../model/api.ts';
import {
  defaultReplacements,
  mergeReplacements,
  paramReplacements,
  type Replacements,
  stringReplacements,
} from './substitute.ts';
import { substituteSidecar, substituteStep, substituteTask } from './substitute-task.ts';

/** What a Task's variables stand for besides its params. */
export interface TaskContext {
  readonly taskRun: { readonly name: string; readonly namespace: string; readonly uid: string };
  /** Empty for an embedded task, whose name is that of the TaskRun (GetTaskData, resources/taskspec.go). */
  readonly taskName: string;
  readonly retryCount: number;
  readonly bindings: readonly WorkspaceBinding[];
}

export function taskReplacements(spec: TaskSpec, params: readonly Param[]): Replacements {
  return mergeReplacements(defaultReplacements(spec.params ?? []), paramReplacements(params));
}

/** Every substitution before the first step, in Tekton's order (applyParamsContextsResultsAndWorkspaces, taskrun.go). */
export function substituteTaskRun(spec: TaskSpec, params: readonly Param[], context: TaskContext): TaskSpec {
  const { taskRun, taskName, retryCount } = context;
  const contexts = stringReplacements({
    'context.taskRun.name': taskRun.name,
    'context.task.name': taskName === '' ? taskRun.name : taskName,
    'context.taskRun.namespace': taskRun.namespace,
    'context.taskRun.uid': taskRun.uid,
    'context.task.retry-count': String(retryCount),
  });
  let result = substituteTask(spec, taskReplacements(spec, params));
  result = substituteTask(result, contexts);
  result = substituteResultPaths(result);
  result = substituteTask(result, exitCodePaths(result));
  result = substituteWorkspaces(result, context.bindings);
  return substituteTask(result, stringReplacements({ 'credentials.path': '/tekton/creds' }));
}

export function stepContainerName(name: string | undefined, index: number): string {
  return name === undefined || name === '' ? `step-unnamed-${index}` : `step-${name}`;
}

function substituteResultPaths(spec: TaskSpec): TaskSpec {
  const steps = (spec.steps ?? []).map((step, index) => {
    const directory = `/tekton/steps/${stepContainerName(step.name, index)}`;
    const own = (step.results ?? []).flatMap(({ name }) =>
      paths('step.results', name, `${directory}/results/${name}`),
    );
    return substituteStep(
      step,
      stringReplacements([
        ...own,
        ['step.artifacts.path', `${directory}/artifacts/provenance.json`],
        ['artifacts.path', '/tekton/artifacts/provenance.json'],
      ]),
    );
  });
  const results = (spec.results ?? []).flatMap(({ name }) =>
    paths('results', name, `/tekton/results/${name}`),
  );
  return substituteTask({ ...spec, steps }, stringReplacements(results));
}

function paths(prefix: string, name: string, path: string): readonly (readonly [string, string])[] {
  return [`.${name}`, `["${name}"]`, `['${name}']`].map((key) => [`${prefix}${key}.path`, path] as const);
}

function exitCodePaths(spec: TaskSpec): Replacements {
  return stringReplacements(
    (spec.steps ?? []).map((step, index) => {
      const name = stepContainerName(step.name, index);
      return [`steps.${name}.exitCode.path`, `/tekton/steps/${name}/exitCode`] as const;
    }),
  );
}

/** `$(workspaces.w.path)` is where a step itself mounts it, where it says so (ApplyWorkspaces, resources/apply.go). */
function substituteWorkspaces(spec: TaskSpec, bindings: readonly WorkspaceBinding[]): TaskSpec {
  const bound = new Map(bindings.map((binding) => [binding.name, binding]));
  const declared = spec.workspaces ?? [];
  const propagated = bindings.filter(({ name }) => !declared.some((workspace) => workspace.name === name));
  const strings = new Map<string, string>();
  let { steps = [], sidecars = [] } = spec;
  for (const workspace of [...declared, ...propagated.map(({ name }) => ({ name }))]) {
    const { name, mountPath, optional } = { mountPath: undefined, optional: undefined, ...workspace };
    const binding = bound.get(name);
    const path = optional && !binding ? '' : (mountPath ?? `/workspace/${name}`);
    strings.set(`workspaces.${name}.bound`, String(!(optional && !binding)));
    strings.set(`workspaces.${name}.path`, path);
    strings.set(`workspaces.${name}.claim`, binding?.persistentVolumeClaim?.claimName ?? '');
    strings.set(`workspaces.${name}.volume`, binding ? volumeName(name) : '');
    if (path === '') continue;
    const own = (usages: readonly { name: string; mountPath: string }[] | undefined) => {
      const usage = usages?.find((candidate) => candidate.name === name && candidate.mountPath);
      return usage && stringReplacements({ [`workspaces.${name}.path`]: usage.mountPath });
    };
    steps = steps.map((step) => {
      const replacements = own(step.workspaces);
      return replacements ? substituteStep(step, replacements) : step;
    });
    sidecars = sidecars.map((sidecar) => {
      const replacements = own(sidecar.workspaces);
      return replacements ? substituteSidecar(sidecar, replacements) : sidecar;
    });
  }
  return substituteTask({ ...spec, steps, ...(spec.sidecars && { sidecars }) }, stringReplacements(strings));
}

/** The name of the volume behind a workspace; Tekton's is a hash, and nobody relies on it. */
export function volumeName(workspace: string): string {
  return `ws-${workspace}`;
}
