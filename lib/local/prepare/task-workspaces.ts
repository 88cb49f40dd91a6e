import { stringsIn } from '#lib/tekton/objects';
import type { PipelineTask, WorkspaceBinding } from '../model/api.ts';
import { childName } from '../model/names.ts';
import { stringReplacements } from '../variables/substitute.ts';
import { substituteBinding } from '../variables/substitute-pipeline.ts';
import type { PreparedPipeline, PreparedTask } from './prepared.ts';

/** What a TaskRun's workspaces are bound to (getTaskrunWorkspaces, pipelinerun.go). */
export function taskBindings(
  { run, bindings }: Pick<PreparedPipeline, 'run' | 'bindings'>,
  { body }: PreparedTask,
  task: PipelineTask,
): readonly WorkspaceBinding[] {
  const outer = new Map(bindings.map((binding) => [binding.name, binding]));
  const wanted = [...(task.workspaces ?? [])];
  // An embedded task may use a workspace of the run by naming it anywhere.
  if (task.taskSpec) {
    for (const name of usedWorkspaces(body.spec)) {
      if (!wanted.some((workspace) => workspace.name === name)) wanted.push({ name });
    }
  }
  const contexts = stringReplacements({
    'context.pipelineRun.name': run.metadata.name,
    'context.pipelineRun.namespace': run.metadata.namespace,
    'context.pipelineRun.uid': run.metadata.uid,
  });
  return wanted.flatMap(({ name, workspace, subPath }) => {
    const binding = outer.get(workspace || name);
    if (!binding) return [];
    const bound = { ...asClaim(binding, run.metadata.name), name, ...joined(binding.subPath, subPath) };
    return [substituteBinding(bound, contexts)];
  });
}

/** A volumeClaimTemplate is one claim for the whole run. */
export function asClaim(binding: WorkspaceBinding, run: string): WorkspaceBinding {
  const { volumeClaimTemplate, ...rest } = binding;
  if (!volumeClaimTemplate) return binding;
  const base = volumeClaimTemplate.metadata?.name || 'pvc';
  return { ...rest, persistentVolumeClaim: { claimName: childName(`${base}-${run}`, `-${binding.name}`) } };
}

function joined(outer: string | undefined, inner: string | undefined): { readonly subPath?: string } {
  const subPath = [outer, inner].filter(Boolean).join('/');
  return subPath === '' ? {} : { subPath };
}

function usedWorkspaces(spec: unknown): ReadonlySet<string> {
  const used = new Set<string>();
  for (const text of stringsIn(spec)) {
    for (const [, name = ''] of text.matchAll(/\$\(workspaces\.([^.()]+)\./g)) used.add(name);
  }
  return used;
}
