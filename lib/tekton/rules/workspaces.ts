import { namesOf } from '../language/index.ts';
import type {
  PipelineTask,
  TaskSpec,
  WorkspaceBinding,
  WorkspaceDeclaration,
  WorkspaceUsage,
} from '../objects/api.gen.ts';
import { type Problem, problemIf, problemOf } from '../objects/problem.ts';
import { cleanPath } from './steps.ts';

/** validateDeclaredWorkspaces and validateWorkspaceUsages (pkg/apis/pipeline/v1/task_validation.go). */
export function taskWorkspaceProblems(spec: TaskSpec, path: string): readonly Problem[] {
  const { workspaces = [], steps = [], sidecars = [] } = spec;
  const names = new Set(workspaces.map(({ name }) => name));
  return [
    ...declarationProblems(spec, `${path}.workspaces`),
    ...steps.flatMap((step, index) => usageProblems(step.workspaces, names, `${path}.steps[${index}]`)),
    ...sidecars.flatMap((sidecar, index) =>
      usageProblems(sidecar.workspaces, names, `${path}.sidecars[${index}]`),
    ),
  ];
}

function declarationProblems(
  { workspaces = [], steps = [], stepTemplate }: TaskSpec,
  path: string,
): readonly Problem[] {
  const mounts = [
    ...steps.flatMap(({ volumeMounts = [] }) => volumeMounts),
    ...(stepTemplate?.volumeMounts ?? []),
  ];
  const taken = new Set(mounts.map(({ mountPath }) => cleanPath(mountPath)));
  const names = new Set<string>();
  return workspaces.flatMap((workspace, index) => {
    const mountPath = cleanPath(workspaceMountPath(workspace));
    const isNameTaken = names.has(workspace.name);
    const isPathTaken = taken.has(mountPath);
    names.add(workspace.name);
    taken.add(mountPath);
    return [
      ...problemIf(
        isNameTaken,
        `${path}[${index}].name`,
        `workspace name ${JSON.stringify(workspace.name)} must be unique`,
      ),
      ...problemIf(
        isPathTaken,
        `${path}[${index}].mountPath`,
        `workspace mount path ${JSON.stringify(mountPath)} must be unique`,
      ),
    ];
  });
}

/** WorkspaceDeclaration.GetMountPath. */
export function workspaceMountPath({ name, mountPath = '' }: WorkspaceDeclaration): string {
  return mountPath === '' ? `/workspace/${name}` : mountPath;
}

function usageProblems(
  usages: readonly WorkspaceUsage[] | undefined,
  names: ReadonlySet<string>,
  path: string,
): readonly Problem[] {
  return (usages ?? []).flatMap(({ name }, index) =>
    problemIf(
      !names.has(name),
      `${path}.workspaces[${index}].name`,
      `undefined workspace ${JSON.stringify(name)}`,
    ),
  );
}

/** ValidateBindings (pkg/workspace/validate.go); where workspaces propagate, what is not declared is used by its name. */
export function boundProblems(
  declared: readonly WorkspaceDeclaration[],
  bindings: readonly { readonly name: string }[],
  path: string,
  { propagates = false } = {},
): readonly Problem[] {
  const names = namesOf(declared);
  const bound = namesOf(bindings);
  const reason = 'TaskRunValidationFailed';
  const missing = declared.filter(({ name, optional }) => optional !== true && !bound.has(name));
  return [
    ...missing.map(({ name }) => ({
      path,
      reason,
      message: `declared workspace ${JSON.stringify(name)} is required but has not been bound`,
    })),
    ...bindings.flatMap(({ name }, index) =>
      problemIf(
        !propagates && !names.has(name),
        `${path}[${index}].name`,
        `workspace binding ${JSON.stringify(name)} does not match any declared workspace`,
        reason,
      ),
    ),
  ];
}

/**
 * What a pipeline task needs and the run does not give (getTaskrunWorkspaces, pkg/reconciler/pipelinerun/pipelinerun.go).
 * An embedded task finds a workspace of the run by its name.
 */
export function unboundProblems(
  { name: task = '', taskSpec, workspaces = [] }: PipelineTask,
  declared: readonly WorkspaceDeclaration[],
  bound: ReadonlySet<string>,
  path: string,
): readonly Problem[] {
  return declared.flatMap(({ name, optional }) => {
    const binding = workspaces.find((one) => one.name === name);
    const outer = binding && (binding.workspace || binding.name);
    if (optional === true || bound.has(outer ?? (taskSpec ? name : ''))) return [];
    const message =
      outer === undefined
        ? `declared workspace ${JSON.stringify(name)} is required but has not been bound`
        : `expected workspace ${JSON.stringify(outer)} to be provided by pipelinerun for pipeline task ${JSON.stringify(task)}`;
    return problemOf(path, message, 'CreateRunFailed');
  });
}

const sources = [
  'persistentVolumeClaim',
  'volumeClaimTemplate',
  'emptyDir',
  'configMap',
  'secret',
  'projected',
  'csi',
] as const;

/** WorkspaceBinding.Validate (workspace_validation.go). */
export function bindingProblems(bindings: readonly WorkspaceBinding[], path: string): readonly Problem[] {
  return bindings.flatMap((binding, index) => bindingProblem(binding, `${path}[${index}]`));
}

function bindingProblem(binding: WorkspaceBinding, path: string): readonly Problem[] {
  const given = sources.filter((source) => binding[source] !== undefined);
  if (given.length > 1) {
    return [{ path, message: `expected exactly one, got both: ${given.join(', ')}` }];
  }
  if (given.length === 0) {
    return [{ path, message: `expected exactly one, got neither: ${sources.join(', ')}` }];
  }
  const missing: readonly (readonly [string, boolean])[] = [
    ['persistentVolumeClaim.claimName', binding.persistentVolumeClaim?.claimName === ''],
    ['configMap.name', binding.configMap !== undefined && (binding.configMap.name ?? '') === ''],
    ['secret.secretName', binding.secret !== undefined && (binding.secret.secretName ?? '') === ''],
    ['projected.sources', binding.projected !== undefined && (binding.projected.sources ?? []).length === 0],
    ['csi.driver', binding.csi?.driver === ''],
  ];
  return missing.flatMap(([field, isMissing]) =>
    problemIf(isMissing, `${path}.${field}`, 'missing field(s)'),
  );
}
