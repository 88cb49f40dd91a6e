import type { EnvVar, Step, StepTemplate, VolumeMount } from '../model/api.ts';

/**
 * A step with what its template adds: env by name, mounts by path, maps by key, every other field only where
 * the step has none (MergeStepsWithStepTemplate, pkg/apis/pipeline/v1/merge.go).
 */
export function mergeStep(template: StepTemplate | undefined, step: Step): Step {
  if (!template) return step;
  const { env, volumeMounts, volumeDevices, securityContext, computeResources, ...rest } = template;
  return {
    ...rest,
    ...definedFields(step),
    ...((env || step.env) && { env: mergeBy(env, step.env, ({ name }: EnvVar) => name) }),
    ...((volumeMounts || step.volumeMounts) && {
      volumeMounts: mergeBy(volumeMounts, step.volumeMounts, ({ mountPath }: VolumeMount) => mountPath),
    }),
    ...((volumeDevices || step.volumeDevices) && {
      volumeDevices: mergeBy(volumeDevices, step.volumeDevices, ({ devicePath }) => devicePath),
    }),
    ...((securityContext || step.securityContext) && {
      securityContext: {
        ...securityContext,
        ...step.securityContext,
        ...((securityContext?.capabilities || step.securityContext?.capabilities) && {
          capabilities: { ...securityContext?.capabilities, ...step.securityContext?.capabilities },
        }),
      },
    }),
    ...((computeResources || step.computeResources) && {
      computeResources: {
        limits: { ...computeResources?.limits, ...step.computeResources?.limits },
        requests: { ...computeResources?.requests, ...step.computeResources?.requests },
      },
    }),
  };
}

function definedFields(step: Step): Step {
  return Object.fromEntries(
    Object.entries(step).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as Step;
}

function mergeBy<T>(
  base: readonly T[] = [],
  over: readonly T[] = [],
  keyOf: (item: T) => string,
): readonly T[] {
  const overriding = new Map(over.map((item) => [keyOf(item), item]));
  const kept = base.map((item) => overriding.get(keyOf(item)) ?? item);
  const known = new Set(base.map(keyOf));
  return [...kept, ...over.filter((item) => !known.has(keyOf(item)))];
}
