import type { ResourceRequirements, TaskRunSidecarSpec, TaskSpec } from './api.ts';
import { InvalidRunError } from './errors.ts';

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

/** Why a run cannot say that of its steps and sidecars (validateStepOverrides, validate_taskrun.go). */
export function overrideProblem(
  { steps = [], sidecars = [] }: TaskSpec,
  { stepSpecs = [], sidecarSpecs = [] }: GivenResources,
): string | undefined {
  const step = stepSpecs.find(({ name }) => !steps.some((one) => one.name === name));
  if (step) return `invalid StepOverride: No Step named ${step.name}`;
  const sidecar = sidecarSpecs.find(({ name }) => !sidecars.some((one) => one.name === name));
  return sidecar && `invalid SidecarOverride: No Sidecar named ${sidecar.name}`;
}

function limitsOf({ memory, cpu }: NonNullable<ResourceRequirements['limits']>): Limits {
  return {
    ...(memory !== undefined && { memory: Math.ceil(parseQuantity(memory)) }),
    ...(cpu !== undefined && { cpu: parseQuantity(cpu) }),
  };
}

const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const factors = new Map([
  ...decimal.map((suffix, index) => [suffix, 10 ** (3 * (index - 3))] as const),
  ...binary.map((suffix, index) => [suffix, 2 ** (10 * index)] as const),
]);

/**
 * `128Mi`, `0.5`, `500m`, `1e3` as a number (k8s.io/apimachinery/pkg/api/resource/quantity.go).
 *
 * @throws {InvalidRunError} for what is none
 */
export function parseQuantity(text: string | number): number {
  const [, number, suffix = '', exponent] =
    /^\+?(\d+\.?\d*|\.\d+)(?:([numkKMGTPE]i?)?|[eE]([+-]?\d+))$/.exec(String(text)) ?? [];
  const factor = exponent === undefined ? factors.get(suffix) : 10 ** Number(exponent);
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw new InvalidRunError(`quantities must be a number with a suffix such as m, k, M, Mi: "${text}"`, {
    reason: 'TaskRunValidationFailed',
  });
}
