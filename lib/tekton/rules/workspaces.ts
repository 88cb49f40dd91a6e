import type { TaskSpec, WorkspaceBinding, WorkspaceDeclaration, WorkspaceUsage } from '../api.gen.ts';
import type { Problem } from '../problem.ts';
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
      ...(isNameTaken
        ? [
            {
              path: `${path}[${index}].name`,
              message: `workspace name ${JSON.stringify(workspace.name)} must be unique`,
            },
          ]
        : []),
      ...(isPathTaken
        ? [
            {
              path: `${path}[${index}].mountPath`,
              message: `workspace mount path ${JSON.stringify(mountPath)} must be unique`,
            },
          ]
        : []),
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
    names.has(name)
      ? []
      : [
          {
            path: `${path}.workspaces[${index}].name`,
            message: `undefined workspace ${JSON.stringify(name)}`,
          },
        ],
  );
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
    isMissing ? [{ path: `${path}.${field}`, message: 'missing field(s)' }] : [],
  );
}
