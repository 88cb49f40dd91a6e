import { isMatrixed } from '#lib/tekton/objects';
import {
  isList,
  type Param,
  type PipelineSpec,
  type PipelineTask,
  type TaskRef,
  type WorkspaceBinding,
} from '../model/api.ts';
import {
  isEmpty,
  mergeReplacements,
  noReplacements,
  type Replacements,
  substituteParams,
  substituteText,
} from './substitute.ts';
import { substituteTask } from './substitute-task.ts';
import { substituteWhen } from './when.ts';

/** Puts replacements into every task of a pipeline (ApplyReplacements, pkg/reconciler/pipelinerun/resources/apply.go). */
export function substitutePipeline(spec: PipelineSpec, replacements: Replacements): PipelineSpec {
  const tasks = (list: readonly PipelineTask[]) =>
    list.map((task) => propagateParams(substitutePipelineTask(task, replacements), replacements));
  return {
    ...spec,
    ...(spec.tasks && { tasks: tasks(spec.tasks) }),
    ...(spec.finally && { finally: tasks(spec.finally) }),
  };
}

/** The fields of the pipeline task itself; the body of an embedded one is a matter of propagation. */
export function substitutePipelineTask(task: PipelineTask, replacements: Replacements): PipelineTask {
  if (isEmpty(replacements)) return task;
  const { params, matrix, when, taskRef, pipelineRef, displayName, workspaces, onError } = task;
  const strings = { ...noReplacements, strings: replacements.strings };
  const text = (value: string) => substituteText(value, replacements);
  return {
    ...task,
    ...(params && { params: substituteParams(params, replacements) }),
    ...(matrix && {
      matrix: {
        // A matrix takes arrays, its include strings.
        ...(matrix.params && {
          params: substituteParams(matrix.params, { ...replacements, objects: noReplacements.objects }),
        }),
        ...(matrix.include && {
          include: matrix.include.map((include) => ({
            ...include,
            ...(include.params && { params: substituteParams(include.params, strings) }),
          })),
        }),
      },
    }),
    ...(when && { when: substituteWhen(when, replacements) }),
    ...(taskRef && { taskRef: substituteRef(taskRef, replacements) }),
    ...(pipelineRef && { pipelineRef: substituteRef(pipelineRef, replacements) }),
    ...(displayName !== undefined && !isMatrixed(task) && { displayName: text(displayName) }),
    ...(workspaces && {
      workspaces: workspaces.map((workspace) =>
        workspace.subPath === undefined ? workspace : { ...workspace, subPath: text(workspace.subPath) },
      ),
    }),
    ...(onError !== undefined && { onError: text(onError) }),
  };
}

function substituteRef<R extends TaskRef>(ref: R, replacements: Replacements): R {
  return {
    ...ref,
    ...(ref.name !== undefined && { name: substituteText(ref.name, replacements) }),
    ...(ref.params && { params: substituteParams(ref.params, replacements) }),
  };
}

/** The params of a pipeline reach an embedded task, except those that the task is given by the same name. */
function propagateParams(task: PipelineTask, replacements: Replacements): PipelineTask {
  if (!task.taskSpec) return task;
  return {
    ...task,
    taskSpec: substituteTask(
      task.taskSpec,
      mergeReplacements(replacements, shadowing(task.params ?? [], replacements)),
    ),
  };
}

function shadowing(params: readonly Param[], outer: Replacements): Replacements {
  const strings = new Map<string, string>();
  const arrays = new Map<string, readonly string[]>();
  const objects = new Map<string, Readonly<Record<string, string>>>();
  for (const { name, value } of params) {
    for (const key of [`params.${name}`, `params["${name}"]`, `params['${name}']`]) {
      if (outer.strings.has(key)) strings.set(key, typeof value === 'string' ? value : '');
      if (outer.arrays.has(key)) arrays.set(key, isList(value) ? value : []);
      if (!outer.objects.has(key) || typeof value === 'string' || isList(value)) continue;
      objects.set(key, value);
      for (const [property, text] of Object.entries(value)) strings.set(`params.${name}.${property}`, text);
    }
  }
  return { strings, arrays, objects };
}

/** Names and paths in the binding of a workspace (ReplaceWorkspaceBindingsVars, pkg/workspace/apply.go). */
export function substituteBinding(binding: WorkspaceBinding, replacements: Replacements): WorkspaceBinding {
  const text = (value: string) => substituteText(value, replacements);
  const { subPath, persistentVolumeClaim, configMap, secret, projected } = binding;
  return {
    ...binding,
    ...(subPath !== undefined && { subPath: text(subPath) }),
    ...(persistentVolumeClaim && {
      persistentVolumeClaim: { ...persistentVolumeClaim, claimName: text(persistentVolumeClaim.claimName) },
    }),
    ...(configMap?.name !== undefined && { configMap: { ...configMap, name: text(configMap.name) } }),
    ...(secret?.secretName !== undefined && { secret: { ...secret, secretName: text(secret.secretName) } }),
    ...(projected && {
      projected: {
        ...projected,
        sources: (projected.sources ?? []).map((source) => ({
          ...source,
          ...(source.configMap?.name !== undefined && {
            configMap: { ...source.configMap, name: text(source.configMap.name) },
          }),
          ...(source.secret?.name !== undefined && {
            secret: { ...source.secret, name: text(source.secret.name) },
          }),
        })),
      },
    }),
  };
}
