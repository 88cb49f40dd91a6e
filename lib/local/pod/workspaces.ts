import type { TaskSpec, Volume, VolumeMount, WorkspaceBinding, WorkspaceUsage } from '../model/api.ts';
import { volumeName } from '../variables/task-substitutions.ts';

/**
 * A Task with its bound workspaces as volumes and mounts. A workspace that any step or sidecar lists is seen
 * by those that list it only (pkg/workspace/apply.go).
 */
export function addWorkspaces(spec: TaskSpec, bindings: readonly WorkspaceBinding[]): TaskSpec {
  if (bindings.length === 0) return spec;
  const { steps = [], sidecars = [] } = spec;
  const isolated = new Set(
    [...steps, ...sidecars].flatMap(({ workspaces = [] }) => workspaces.map(({ name }) => name)),
  );
  const mounts = new Map(bindings.map((binding) => [binding.name, mountOf(spec, binding)]));
  const shared = [...mounts].filter(([name]) => !isolated.has(name)).map(([, mount]) => mount);
  const own = (usages: readonly WorkspaceUsage[] = []) =>
    usages.flatMap(({ name, mountPath }) => {
      const mount = mounts.get(name);
      return mount ? [{ ...mount, ...(mountPath ? { mountPath } : {}) }] : [];
    });
  return {
    ...spec,
    stepTemplate: {
      ...spec.stepTemplate,
      volumeMounts: [...(spec.stepTemplate?.volumeMounts ?? []), ...shared],
    },
    steps: steps.map((step) => ({
      ...step,
      volumeMounts: [...(step.volumeMounts ?? []), ...own(step.workspaces)],
    })),
    ...(spec.sidecars && {
      sidecars: sidecars.map((sidecar) => ({
        ...sidecar,
        volumeMounts: unlessTaken([...(sidecar.volumeMounts ?? []), ...own(sidecar.workspaces)], shared),
      })),
    }),
    volumes: [...(spec.volumes ?? []), ...bindings.map(volumeOf)],
  };
}

function mountOf(spec: TaskSpec, binding: WorkspaceBinding): VolumeMount {
  const declaration = spec.workspaces?.find(({ name }) => name === binding.name);
  return {
    name: volumeName(binding.name),
    mountPath: declaration?.mountPath || `/workspace/${binding.name}`,
    ...(binding.subPath ? { subPath: binding.subPath } : {}),
    ...(declaration?.readOnly ? { readOnly: true } : {}),
  };
}

function unlessTaken(mounts: readonly VolumeMount[], more: readonly VolumeMount[]): readonly VolumeMount[] {
  const taken = new Set(mounts.map(({ mountPath }) => mountPath));
  return [...mounts, ...more.filter(({ mountPath }) => !taken.has(mountPath))];
}

/** A directory of this machine comes as a hostPath: nothing but `workspaces` of the command line makes one. */
function volumeOf(binding: WorkspaceBinding): Volume {
  const { name, subPath: _, volumeClaimTemplate: __, ...source } = binding;
  return { ...source, name: volumeName(name) };
}
