import { annotations } from '../model/annotations.ts';
import type { PipelineRun, TaskRun, WorkspaceBinding } from '../model/api.ts';

/** A run as its file shows it: a directory of this machine is no binding of Tekton's, so an annotation holds it. */
export function keptObject<T extends PipelineRun | TaskRun>(run: T): T {
  const workspaces: readonly WorkspaceBinding[] = run.spec?.workspaces ?? [];
  const directories = workspaces.flatMap((binding) => {
    const path = hostPathOf(binding);
    return path === undefined ? [] : [[binding.name, path] as const];
  });
  if (directories.length === 0) return run;
  return {
    ...run,
    metadata: {
      ...run.metadata,
      annotations: {
        ...run.metadata?.annotations,
        [annotations.directories]: JSON.stringify(Object.fromEntries(directories)),
      },
    },
    spec: {
      ...run.spec,
      workspaces: workspaces.map((binding) => {
        const { hostPath: _, ...rest } = binding as WorkspaceBinding & { readonly hostPath?: unknown };
        return hostPathOf(binding) === undefined ? binding : { ...rest, emptyDir: {} };
      }),
    },
  };
}

function hostPathOf(binding: WorkspaceBinding): string | undefined {
  return (binding as { readonly hostPath?: { readonly path: string } }).hostPath?.path;
}
