import { formatDuration, specType } from '#lib/tekton/objects';
import type { Param, ParamSpec } from '../model/api.ts';
import { type ImageMap, mapImage } from '../pod/image-map.ts';
import { mergeStep } from '../pod/merge-step.ts';
import type { TaskRequest } from '../prepare/task-request.ts';
import { applyStepActions } from '../taskrun/step-actions.ts';
import { substituteTaskRun } from '../variables/task-substitutions.ts';
import type { ContainerPlan, TaskRunPlan } from './run-plan.ts';

/** A TaskRun with all put in that Tekton puts in before its first step; environments as they are written. */
export function planTaskRun(request: TaskRequest, imageMap: ImageMap): TaskRunPlan {
  const { metadata, taskName, params, bindings, serviceAccountName, retries, timeout } = request;
  const known = params.map((param) => shaped(param, request.spec.params ?? []));
  const spec = substituteTaskRun(applyStepActions({ ...request, params: known }), known, {
    taskRun: {
      name: metadata.name,
      namespace: metadata.namespace ?? 'default',
      uid: metadata.uid ?? '',
    },
    taskName,
    retryCount: 0,
    bindings,
  });
  const { sidecars = [] } = spec;
  return {
    name: metadata.name,
    ...(taskName !== '' && { task: taskName }),
    ...(params.length > 0 && { params }),
    ...(bindings.length > 0 && { workspaces: bindings }),
    serviceAccountName,
    ...(retries > 0 && { retries }),
    timeout: formatDuration(timeout),
    steps: (spec.steps ?? []).map((step) => mapped(mergeStep(spec.stepTemplate, step), imageMap)),
    ...(sidecars.length > 0 && { sidecars: sidecars.map((sidecar) => mapped(sidecar, imageMap)) }),
  };
}

function mapped<C extends { readonly image?: string | undefined }>(
  container: C,
  imageMap: ImageMap,
): ContainerPlan<C> {
  const { image = '' } = container;
  const source = mapImage(image, imageMap);
  const target = source.kind === 'rootfs' ? `rootfs:${source.path}` : source.reference;
  return target === image ? container : { ...container, mappedTo: target };
}

/** A whole list or object that is not known yet is told from a string by what is declared; its parts can be named. */
function shaped(param: Param, specs: readonly ParamSpec[]): Param {
  const { name, value } = param;
  const spec = specs.find((one) => one.name === name);
  if (!spec || typeof value !== 'string') return param;
  const type = specType(spec);
  if (type === 'array') return { ...param, value: [value] };
  if (type !== 'object') return param;
  const whole = value.replace(/(?:\[\*\])?\)$/, '');
  const keys = Object.keys(spec.properties ?? {});
  return { ...param, value: Object.fromEntries(keys.map((key) => [key, `${whole}.${key})`])) };
}
