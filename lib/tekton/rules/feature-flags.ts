import { isMatrixed, stringsIn, textsOf } from '../language/index.ts';
import type {
  ParamSpec,
  PipelineRun,
  PipelineRunSpec,
  PipelineTask,
  StepAction,
  TaskRun,
  TaskRunSpec,
  TaskSpec,
} from '../objects/api.gen.ts';
import { type Parts, type Placed, partsOf } from '../objects/walk.ts';
import { isUrlLike, type Reference } from './references.ts';

/** Something in an object that not every Tekton 1.x accepts as it is installed. */
export interface Feature {
  readonly path: string;
  /** In Tekton's words where it has some. */
  readonly name: string;
  /** A key of Tekton's ConfigMap `feature-flags`; absent where only the version counts. */
  readonly flag?: string;
  /** The least that the flag must be set to: for `enable-api-fields`, `alpha` serves `beta` too. */
  readonly value?: string;
  /** The version of Tekton Pipelines that brought it, where that is later than 1.0.0. */
  readonly since?: string;
}

/** What an object needs of a cluster. */
export interface FeatureNeeds {
  readonly features: readonly Feature[];
  /** Entries of the ConfigMap `feature-flags`, the least that suffice. */
  readonly flags: Readonly<Record<string, string>>;
  /** For the annotation `tekton.dev/pipelines.minVersion`. */
  readonly minVersion: string;
}

const OLDEST = '1.0.0';

/** The feature flags, the level of API fields and the version of Tekton that the fields of an object need. */
export function featureFlags(object: unknown): FeatureNeeds {
  const parts = partsOf(object);
  const features = [
    ...parts.taskSpecs.flatMap(taskFeatures),
    ...parts.pipelineTasks.flatMap(pipelineTaskFeatures),
    ...parts.pipelineSpecs.flatMap(({ value, path }) => [
      ...paramFeatures(value.params, `${path}.params`),
      ...defaultFeatures(value.params, `${path}.params`),
    ]),
    ...runFeatures(parts),
    ...stepActionFeatures(parts),
  ];
  return { features, flags: flagsOf(features), minVersion: newest(features) };
}

function flagsOf(features: readonly Feature[]): Readonly<Record<string, string>> {
  const flags: Record<string, string> = {};
  for (const { flag, value = 'true' } of features) {
    if (flag !== undefined && flags[flag] !== 'alpha') flags[flag] = value;
  }
  return flags;
}

function newest(features: readonly Feature[]): string {
  const minor = ({ since = OLDEST }: Feature) => Number(since.split('.')[1]);
  return features.toSorted((a, b) => minor(b) - minor(a))[0]?.since ?? OLDEST;
}

const apiFields = 'enable-api-fields';
const beta = { flag: apiFields, value: 'beta' } as const;
const alpha = { flag: apiFields, value: 'alpha' } as const;

function when(isUsed: boolean, feature: Feature): readonly Feature[] {
  return isUsed ? [feature] : [];
}

function taskFeatures({ value: spec, path }: Placed<TaskSpec>): readonly Feature[] {
  const { steps = [], sidecars = [] } = spec;
  return [
    ...paramFeatures(spec.params, `${path}.params`),
    ...steps.flatMap((step, index) => {
      const at = `${path}.steps[${index}]`;
      const { onError = '', displayName } = step;
      return [
        ...when((step.workspaces ?? []).length > 0, {
          path: `${at}.workspaces`,
          name: 'step workspaces',
          ...beta,
        }),
        ...when(step.stdoutConfig !== undefined, {
          path: `${at}.stdoutConfig`,
          name: 'step stdout stream support',
          ...alpha,
        }),
        ...when(step.stderrConfig !== undefined, {
          path: `${at}.stderrConfig`,
          name: 'step stderr stream support',
          ...alpha,
        }),
        ...when(isWindowsScript(step.script), {
          path: `${at}.script`,
          name: 'windows script support',
          ...alpha,
        }),
        ...when(displayName !== undefined, {
          path: `${at}.displayName`,
          name: 'step displayName',
          since: '1.6.0',
        }),
        ...when(onError.startsWith('$('), {
          path: `${at}.onError`,
          name: 'step onError by param',
          since: '1.1.0',
        }),
        ...when(usesArtifacts(step), {
          path: at,
          name: 'artifacts',
          flag: 'enable-artifacts',
          value: 'true',
        }),
        ...(step.ref ? refFeatures(step.ref, `${at}.ref`) : []),
        ...celFeatures(step.when, `${at}.when`),
      ];
    }),
    ...sidecars.flatMap((sidecar, index) =>
      when((sidecar.workspaces ?? []).length > 0, {
        path: `${path}.sidecars[${index}].workspaces`,
        name: 'sidecar workspaces',
        ...beta,
      }),
    ),
  ];
}

function isWindowsScript(script = ''): boolean {
  return script.trim().startsWith('#!win');
}

/** `stepArtifactReferenceExists` and `taskArtifactReferenceExists` (pkg/apis/pipeline/v1/container_validation.go). */
function usesArtifacts({
  script = '',
  command = [],
  args = [],
  env = [],
}: NonNullable<TaskSpec['steps']>[number]) {
  const texts = [script, ...command, ...args, ...env.map(({ value = '' }) => value)];
  return texts.some((text) =>
    /\$\((?:steps|tasks)\.[^.]+\.(?:inputs|outputs)\.[^.)]+\)|\$\((?:step\.)?artifacts\.path\)/.test(text),
  );
}

function paramFeatures(specs: readonly ParamSpec[] | undefined, path: string): readonly Feature[] {
  return (specs ?? []).flatMap((spec, index) =>
    when((spec.enum ?? []).length > 0, {
      path: `${path}[${index}].enum`,
      name: 'Enum',
      flag: 'enable-param-enum',
      value: 'true',
    }),
  );
}

function defaultFeatures(specs: readonly ParamSpec[] | undefined, path: string): readonly Feature[] {
  return (specs ?? []).flatMap((spec, index) =>
    when(spec.default !== undefined && textsOf(spec.default).some((text) => text.includes('$(params.')), {
      path: `${path}[${index}].default`,
      name: 'defaults that refer to params',
      since: '1.9.0',
    }),
  );
}

function refFeatures({ name = '', resolver = '', params }: Reference, path: string): readonly Feature[] {
  return [
    ...when(resolver !== '' || params !== undefined, { path, name: 'resolver', ...beta }),
    ...when(isUrlLike(name), {
      path: `${path}.name`,
      name: 'concise resolver syntax',
      flag: 'enable-concise-resolver-syntax',
      value: 'true',
    }),
  ];
}

function celFeatures(expressions: PipelineTask['when'], path: string): readonly Feature[] {
  return (expressions ?? []).flatMap(({ cel = '' }, index) =>
    when(cel !== '', {
      path: `${path}[${index}].cel`,
      name: 'CEL in WhenExpression',
      flag: 'enable-cel-in-whenexpression',
      value: 'true',
    }),
  );
}

function pipelineTaskFeatures({ value: task, path }: Placed<PipelineTask>): readonly Feature[] {
  const { onError = '', taskRef, pipelineRef, pipelineSpec, params = [] } = task;
  return [
    ...when(isMatrixed(task), { path: `${path}.matrix`, name: 'matrix', ...beta }),
    ...when(onError !== '', { path: `${path}.onError`, name: 'OnError', ...beta }),
    ...(taskRef ? refFeatures(taskRef, `${path}.taskRef`) : []),
    ...(pipelineRef ? refFeatures(pipelineRef, `${path}.pipelineRef`) : []),
    ...when(pipelineRef !== undefined, {
      path: `${path}.pipelineRef`,
      name: 'pipelineRef',
      ...alpha,
      since: '1.14.0',
    }),
    ...when(pipelineSpec !== undefined, {
      path: `${path}.pipelineSpec`,
      name: 'pipelineSpec',
      ...alpha,
      since: '1.14.0',
    }),
    ...when(
      stringsIn(params).some((text) => /\$\(tasks\.[^.]+\.(?:inputs|outputs)\.[^.)]+\)/.test(text)),
      {
        path: `${path}.params`,
        name: 'artifacts',
        flag: 'enable-artifacts',
        value: 'true',
      },
    ),
    ...celFeatures(task.when, `${path}.when`),
  ];
}

function runFeatures({ kind, object }: Parts): readonly Feature[] {
  if (kind === 'PipelineRun') return pipelineRunFeatures((object as PipelineRun).spec ?? {});
  if (kind !== 'TaskRun') return [];
  const spec = (object as TaskRun).spec ?? {};
  return [
    ...(spec.taskRef ? refFeatures(spec.taskRef, 'spec.taskRef') : []),
    ...when(spec.debug !== undefined, { path: 'spec.debug', name: 'debug', ...alpha }),
    ...overrideFeatures(spec, 'spec'),
    ...managedFeatures(spec),
    ...podFeatures(spec.podTemplate, 'spec.podTemplate'),
  ];
}

function pipelineRunFeatures(spec: PipelineRunSpec): readonly Feature[] {
  return [
    ...(spec.pipelineRef ? refFeatures(spec.pipelineRef, 'spec.pipelineRef') : []),
    ...(spec.taskRunSpecs ?? []).flatMap((entry, index) => {
      const path = `spec.taskRunSpecs[${index}]`;
      return [
        ...overrideFeatures(entry, path),
        ...when(entry.timeout !== undefined, {
          path: `${path}.timeout`,
          name: 'timeouts in taskRunSpecs',
          since: '1.4.0',
        }),
        ...podFeatures(entry.podTemplate, `${path}.podTemplate`),
      ];
    }),
    ...managedFeatures(spec),
    ...podFeatures(spec.taskRunTemplate?.podTemplate, 'spec.taskRunTemplate.podTemplate'),
  ];
}

function overrideFeatures(
  spec: Pick<TaskRunSpec, 'stepSpecs' | 'sidecarSpecs' | 'computeResources'>,
  path: string,
): readonly Feature[] {
  return (['stepSpecs', 'sidecarSpecs', 'computeResources'] as const).flatMap((field) =>
    when(spec[field] !== undefined, { path: `${path}.${field}`, name: field, ...beta }),
  );
}

function managedFeatures({ managedBy }: Pick<TaskRunSpec, 'managedBy'>): readonly Feature[] {
  return when(managedBy !== undefined, { path: 'spec.managedBy', name: 'managedBy', since: '1.5.0' });
}

function podFeatures(template: TaskRunSpec['podTemplate'], path: string): readonly Feature[] {
  return when(template?.hostUsers !== undefined, {
    path: `${path}.hostUsers`,
    name: 'hostUsers in podTemplate',
    since: '1.9.0',
  });
}

function stepActionFeatures({ kind, object }: Parts): readonly Feature[] {
  if (kind !== 'StepAction') return [];
  const { script } = (object as StepAction).spec ?? {};
  return when(isWindowsScript(script), { path: 'spec.script', name: 'windows script support', ...alpha });
}
