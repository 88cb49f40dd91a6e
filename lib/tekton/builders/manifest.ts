import type * as api from '../objects/api.gen.ts';
import { within } from '../objects/problem.ts';
import { featureFlags } from '../rules/feature-flags.ts';
import { wireArguments } from './arguments.ts';
import { checkTask } from './check-task.ts';
import { refuseExpansion } from './expansion.ts';
import { descriptionOf, type Schemas, wireDefault, wireShape, wireType } from './schema.ts';
import type { Shown } from './shown.ts';
import type { StepActionDefinition } from './step-action.ts';
import { subjectOf } from './subject.ts';
import {
  type ActionStep,
  type ContainerStep,
  type ErasedTask,
  type OwnStep,
  paramsOf,
  type StepFields,
  type TaskDefinition,
} from './task.ts';
import { checkVersion } from './version.ts';
import { written } from './with-refs.ts';

/** Where a step image keeps an entrypoint for each step, unless its catalog says otherwise: `<directory>/<task>/<step>`. */
export const STEP_DIRECTORY = '/usr/libexec/bootc-catalog';

export interface ManifestOptions {
  /** The step image, by digest once it is published. */
  readonly image: string;
  /** Where it keeps the steps; {@link STEP_DIRECTORY} by default. */
  readonly stepDirectory?: string | undefined;
  /** How a StepAction of this catalog is referred to: by name, or by the digest of its bundle. */
  readonly stepActionRef?: ((action: StepActionDefinition) => api.StepRef) | undefined;
  /** Tells Tekton the values of enums (needs its flag `enable-param-enum`); the steps check them anyway. */
  readonly paramEnum?: boolean;
  /** Where its steps run, for the annotation that catalogs show. */
  readonly platforms?: readonly string[] | undefined;
}

/** The Task object of a definition, as a cluster gets it. */
export function taskManifest(task: TaskDefinition, options: ManifestOptions): api.Task {
  const { name, version, displayName, labels, annotations } = task.definition;
  const spec = within(subjectOf('task', task), () => taskSpec(task, options));
  const kind = { apiVersion: 'tekton.dev/v1', kind: 'Task' };
  const { minVersion } = featureFlags({ ...kind, spec });
  return {
    ...kind,
    metadata: {
      name,
      labels: { 'app.kubernetes.io/version': version, ...labels },
      annotations: {
        'tekton.dev/pipelines.minVersion': minVersion,
        ...shownAnnotations(task.definition, options),
        'tekton.dev/displayName': displayName ?? name,
        ...annotations,
      },
    },
    spec,
  };
}

/** By what catalogs sort and find it (tektoncd/catalog, TEP-0003; Artifact Hub, "Tekton annotations"). */
export function shownAnnotations(
  { categories = [], tags = [] }: Shown,
  { platforms = [] }: Pick<ManifestOptions, 'platforms'>,
): Readonly<Record<string, string>> {
  const lists = { categories, tags, platforms };
  const said = Object.entries(lists).filter(([, list]) => list.length > 0);
  return Object.fromEntries(said.map(([name, list]) => [`tekton.dev/${name}`, list.join(', ')]));
}

export function taskSpec(task: TaskDefinition, options: ManifestOptions): api.TaskSpec {
  const { definition } = task;
  checkTask(task);
  const workspaces = Object.entries(task.workspaces).map(([name, rest]) => ({ name, ...rest }));
  return {
    description: definition.description,
    params: paramSpecs(task.params, options),
    results: resultSpecs(task.results),
    workspaces: orNothing(workspaces),
    volumes: volumesOf(definition),
    stepTemplate: written(definition.stepTemplate),
    sidecars: written(definition.sidecars),
    steps: Object.entries(definition.steps).map(([name, step]) => stepOf(definition, name, step, options)),
  };
}

/** The StepAction object of a definition. */
export function stepActionManifest(
  action: StepActionDefinition,
  options: Partial<Pick<ManifestOptions, 'image' | 'paramEnum'>> = {},
): api.StepAction {
  const { name, version, description } = action;
  checkVersion(version);
  return {
    apiVersion: 'tekton.dev/v1beta1',
    kind: 'StepAction',
    metadata: { name, labels: { 'app.kubernetes.io/version': version } },
    spec: {
      description,
      params: orNothing(paramSpecs(action.params, options)),
      results: orNothing(resultSpecs(action.results)),
      // As a step of a task: what names no image runs in the one of all steps.
      ...(options.image !== undefined && { image: options.image }),
      ...written<api.StepActionSpec>(action.spec),
    },
  };
}

export function paramSpecs(
  schemas: Schemas,
  { paramEnum = false }: { paramEnum?: boolean } = {},
): api.ParamSpec[] {
  return Object.entries(schemas).map(([name, schema]) => {
    const { type, properties, enum: values } = within(`param ${name}`, () => wireShape(schema));
    const fallback = within(`param ${name}`, () => wireDefault(schema));
    within(`param ${name}`, () => refuseExpansion('default', fallback));
    return {
      name,
      type,
      description: descriptionOf(schema),
      properties,
      default: fallback,
      enum: paramEnum ? values : undefined,
    };
  });
}

function resultSpecs(schemas: Schemas): api.TaskResult[] {
  return Object.entries(schemas).map(([name, schema]) => {
    const { type, properties } = within(`result ${name}`, () => wireShape(schema));
    return { name, type, properties, description: descriptionOf(schema) };
  });
}

function stepOf(
  task: ErasedTask,
  name: string,
  step: StepFields<Schemas>,
  options: ManifestOptions,
): api.Step {
  if ('action' in step) return actionStep(name, step, options);
  if ('image' in step) return containerStep(name, step, options);
  return ownStep(task, name, step as OwnStep<Schemas>, options);
}

function actionStep(
  name: string,
  { action, params, writes: _, privileges, ...rest }: ActionStep<Schemas>,
  options: ManifestOptions,
): api.Step {
  return {
    name,
    ...(privileges && { securityContext: privileges.securityContext }),
    ...written<Partial<api.Step>>(rest),
    ref: options.stepActionRef?.(action) ?? { name: action.name },
    params: orNothing(within(`step ${name}`, () => wireArguments(action.params, params ?? {}))),
  };
}

function containerStep(name: string, step: ContainerStep<Schemas>, options: ManifestOptions): api.Step {
  const { writes: _, results, privileges, ...rest } = step;
  const fields = written<Partial<api.Step>>(rest);
  return {
    name,
    ...(privileges && { securityContext: privileges.securityContext }),
    ...fields,
    // A blank line before #! would give a file that the kernel cannot start.
    script: fields.script?.trimStart(),
    results: results ? resultSpecs(results).map((spec) => ({ ...spec })) : undefined,
    image: fields.image ?? options.image,
  };
}

/**
 * An unprivileged process, unless the definition says why not: what Pod Security "restricted" asks for, and a root that
 * nothing can be left in.
 */
const unprivileged: api.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const HOME = '/home/step';

/**
 * Where a step may write that cannot write into its root; into its home, Tekton's entrypoint copies credentials. Each
 * step has its own part: what one of them runs reaches no other's.
 */
const places = [
  { name: 'tmp', mountPath: '/tmp' },
  { name: 'home', mountPath: HOME },
] as const;

function ownStep(task: ErasedTask, name: string, step: OwnStep<Schemas>, options: ManifestOptions): api.Step {
  const {
    writes: _,
    takes: __,
    cpu,
    memory,
    privileges,
    reads = {},
    results = {},
    imageVariable,
    ...rest
  } = step;
  const { env = [], volumeMounts = [], ...fields } = written<Partial<api.Step>>(rest);
  const isReadOnly = hasReadOnlyRoot(step);
  return {
    name,
    image: options.image,
    command: [`${options.stepDirectory ?? STEP_DIRECTORY}/${task.name}/${name}`],
    args: [
      ...stepArguments(paramsOf(task.params, step)),
      ...Object.keys(task.workspaces ?? {}).map((w) => `--workspace.${w}=$(workspaces.${w}.path)`),
      ...Object.entries(written<Record<string, string>>(reads)).map(
        ([r, path]) => `--workspace.${r}=${path}`,
      ),
      ...Object.keys(results).map((r) => `--workspace.${r}=$(step.results.${r}.path)`),
    ],
    results: orNothing(resultSpecs(results).map((spec) => ({ ...spec }))),
    env: orNothing([
      ...(isReadOnly ? [{ name: 'HOME', value: HOME }] : []),
      ...(imageVariable === undefined ? [] : [{ name: imageVariable, value: options.image }]),
      ...env,
    ]),
    computeResources: { requests: { cpu, memory }, limits: { memory } },
    securityContext: privileges?.securityContext ?? unprivileged,
    volumeMounts: orNothing([
      ...(isReadOnly ? places.map((place) => ({ ...place, subPath: name })) : []),
      ...volumeMounts,
    ]),
    ...fields,
  };
}

function volumesOf({ volumes = [], steps }: ErasedTask): readonly api.Volume[] | undefined {
  const isOwn = (step: StepFields<Schemas>) => !('action' in step) && !('image' in step);
  const needsPlaces = Object.values(steps).some((step) => isOwn(step) && hasReadOnlyRoot(step));
  const made = needsPlaces ? places.map(({ name }) => ({ name, emptyDir: {} })) : [];
  return orNothing([...made, ...written<api.Volume[]>(volumes)]);
}

function hasReadOnlyRoot({ privileges }: StepFields<Schemas>): boolean {
  return (privileges?.securityContext ?? unprivileged).readOnlyRootFilesystem === true;
}

/** argv by which Tekton hands parameters to a step; a list stands in brackets, so that any element is safe. */
export function stepArguments(params: Schemas): string[] {
  return Object.entries(params).flatMap(([name, schema]) => {
    const type = wireType(schema);
    if (type === 'array') return [`--${name}[`, `$(params.${name}[*])`, ']'];
    if (type === 'object') {
      return Object.keys(wireShape(schema).properties ?? {}).map(
        (key) => `--${name}.${key}=$(params.${name}.${key})`,
      );
    }
    return [`--${name}=$(params.${name})`];
  });
}

/** Go's omitempty: a list with nothing in it is left out. */
export function orNothing<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
