import { quantityNumber } from '#lib/tekton/objects';
import type { ResourceRequirements, TaskRunSidecarSpec } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';

/** What a container may take of the machine: bytes of memory, and parts of a core. */
export interface Limits {
  readonly memory?: number;
  readonly cpu?: number;
}

/** What a TaskRun says of its steps' and sidecars' resources, over what its Task says. */
export interface GivenResources {
  readonly computeResources?: ResourceRequirements | undefined;
  readonly stepSpecs?: readonly TaskRunSidecarSpec[] | undefined;
  readonly sidecarSpecs?: readonly TaskRunSidecarSpec[] | undefined;
}

/**
 * The limits of a step: its own, by key those of the run for it, and in their place those of the whole TaskRun, as its
 * steps run one after the other (MergeStepsWithSpecs, merge.go; ApplyTaskLevelComputeResources, tasklevel.go). Requests
 * are for a scheduler, of which there is none.
 */
export function stepLimits(
  name: string | undefined,
  own: ResourceRequirements | undefined,
  { computeResources, stepSpecs = [] }: GivenResources,
): Limits {
  const given = stepSpecs.find((one) => one.name === name)?.computeResources;
  return limitsOf(computeResources?.limits ?? { ...own?.limits, ...given?.limits });
}

export function sidecarLimits(
  name: string | undefined,
  own: ResourceRequirements | undefined,
  { sidecarSpecs = [] }: GivenResources,
): Limits {
  const given = sidecarSpecs.find((one) => one.name === name)?.computeResources;
  return limitsOf({ ...own?.limits, ...given?.limits });
}

function limitsOf({ memory, cpu }: NonNullable<ResourceRequirements['limits']>): Limits {
  return {
    ...(memory !== undefined && { memory: Math.ceil(parseQuantity(memory)) }),
    ...(cpu !== undefined && { cpu: parseQuantity(cpu) }),
  };
}

/**
 * `128Mi`, `0.5`, `500m`, `1e3` as a number.
 *
 * @throws {InvalidRunError} for what is none
 */
export function parseQuantity(text: string | number): number {
  const number = quantityNumber(text);
  if (number !== undefined && number >= 0) return number;
  throw new InvalidRunError(`quantities must be a number with a suffix such as m, k, M, Mi: "${text}"`, {
    reason: 'TaskRunValidationFailed',
  });
}
