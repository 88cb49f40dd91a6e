import {
  type Param,
  type ParamSpec,
  type ParamValue,
  type PipelineRun,
  type PipelineTask,
  type RefSource,
  resultRefs,
  type Step,
  type StepState,
  type TaskRun,
} from '#lib/tekton/objects';
import { type Artifact, mergeArtifacts } from './artifact.ts';
import { InvalidRunRecordError } from './errors.ts';
import { type Material, materialsOf } from './materials.ts';
import { imagesOf, subjectsOf } from './subjects.ts';

export const SLSA_PROVENANCE_02 = 'https://slsa.dev/provenance/v0.2';

/** An in-toto statement v0.1 with SLSA provenance v0.2, as Tekton Chains makes it of a PipelineRun. */
export interface ChainsStatement {
  readonly _type: 'https://in-toto.io/Statement/v0.1';
  readonly predicateType: typeof SLSA_PROVENANCE_02;
  readonly subject: readonly Artifact[];
  readonly predicate: {
    readonly builder: { readonly id: string };
    readonly buildType: string;
    readonly invocation: Invocation;
    readonly buildConfig: { readonly tasks: readonly object[] };
    readonly metadata: object;
    readonly materials: readonly Material[];
  };
}

interface Invocation {
  readonly configSource: RefSource;
  readonly parameters: Readonly<Record<string, ParamValue>>;
  readonly environment?: object;
}

/**
 * What Tekton Chains says of a finished PipelineRun with the format in-toto and deep inspection, as Konflux has it
 * (pkg/chains/formats/slsa/v1/pipelinerun/pipelinerun.go).
 *
 * @param builder URI of what ran it; Chains' own is https://tekton.dev/chains/v2
 * @throws {InvalidRunRecordError} for a run that has not ended, or whose Pipeline is not known
 */
export function chainsStatement(
  run: PipelineRun,
  taskRuns: readonly TaskRun[],
  builder: string,
): ChainsStatement {
  const { status, metadata } = run;
  if (!status?.completionTime || !status.pipelineSpec) {
    throw new InvalidRunRecordError(
      `${metadata?.name ?? 'the run'} has not ended, so nothing can be said of it`,
    );
  }
  const tasks = [...(status.pipelineSpec.tasks ?? []), ...(status.pipelineSpec.finally ?? [])];
  const ended = tasks.flatMap((task) => runsOf(task, taskRuns));
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: SLSA_PROVENANCE_02,
    subject: mergeArtifacts([...ended, run].flatMap((one) => subjectsOf(one.status?.results ?? []))),
    predicate: {
      builder: { id: builder },
      buildType: 'tekton.dev/v1/PipelineRun',
      invocation: invocation(run, run.spec?.params, status.pipelineSpec.params),
      buildConfig: { tasks: attestedTasks(run, tasks, taskRuns) },
      metadata: {
        ...(status.startTime === undefined ? {} : { buildStartedOn: status.startTime }),
        buildFinishedOn: status.completionTime,
        completeness: { parameters: false, environment: false, materials: false },
        reproducible: metadata?.labels?.['chains.tekton.dev/reproducible'] === 'true',
      },
      materials: materialsOf(run, ended),
    },
  };
}

/** The images that Chains signs: those of all TaskRuns, and of the PipelineRun. */
export function signedImages(run: PipelineRun, taskRuns: readonly TaskRun[]): readonly Artifact[] {
  const ended = taskRuns.filter(({ status }) => status?.completionTime !== undefined);
  return mergeArtifacts([...ended, run].flatMap((one) => imagesOf(one.status?.results ?? [])));
}

function runsOf(task: PipelineTask, taskRuns: readonly TaskRun[]): readonly TaskRun[] {
  return taskRuns.filter(
    ({ metadata, status }) =>
      metadata?.labels?.['tekton.dev/pipelineTask'] === task.name && status?.completionTime !== undefined,
  );
}

function attestedTasks(
  run: PipelineRun,
  tasks: readonly PipelineTask[],
  taskRuns: readonly TaskRun[],
): readonly object[] {
  const count = run.status?.pipelineSpec?.tasks?.length ?? 0;
  const done = tasks.slice(0, count).filter((task) => runsOf(task, taskRuns).length > 0);
  const serviceAccountName = run.spec?.taskRunTemplate?.serviceAccountName;
  return tasks.flatMap((task, index) => {
    const named = [
      ...new Set([...(task.runAfter ?? []), ...resultRefs(task).map((ref) => ref.pipelineTask)]),
    ];
    // A finally task that waits for nothing has run after the last of the others.
    const last = index >= count ? done.at(-1)?.name : undefined;
    const after = named.length > 0 || last === undefined ? named : [last];
    return runsOf(task, taskRuns).map(({ metadata, spec, status }) => ({
      name: task.name,
      ...(after.length > 0 && { after }),
      ref: task.taskRef ?? {},
      startedOn: status?.startTime,
      finishedOn: status?.completionTime,
      ...(serviceAccountName !== undefined && { serviceAccountName }),
      status: status?.conditions?.[0]?.status === 'True' ? 'Succeeded' : 'Failed',
      steps: (status?.taskSpec?.steps ?? []).map((step, at) => attestedStep(step, status?.steps?.[at])),
      invocation: invocation({ metadata, status }, spec?.params, status?.taskSpec?.params),
      ...(status?.results && status.results.length > 0 && { results: status.results }),
    }));
  });
}

function attestedStep({ command, script = '', args }: Step, state: StepState | undefined): object {
  return {
    entryPoint: script === '' ? (command ?? []).join(' ') : script,
    ...(args && args.length > 0 && { arguments: args }),
    environment: {
      image: `oci://${(state?.imageID ?? '').replace(/^docker-pullable:\/\//, '')}`,
      container: state?.name,
    },
    annotations: null,
  };
}

function invocation(
  { metadata, status }: Pick<PipelineRun | TaskRun, 'metadata' | 'status'>,
  params: readonly Param[] = [],
  specs: readonly ParamSpec[] = [],
): Invocation {
  const { labels = {}, annotations = {} } = metadata ?? {};
  const told = Object.entries(annotations).filter(
    ([name]) =>
      name !== 'kubectl.kubernetes.io/last-applied-configuration' && !name.startsWith('chains.tekton.dev/'),
  );
  const environment = {
    ...(told.length > 0 && { annotations: Object.fromEntries(told) }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
  const values = [
    ...specs.flatMap((spec) => (spec.default === undefined ? [] : [[spec.name, spec.default] as const])),
    ...params.map(({ name, value }) => [name, value] as const),
  ];
  return {
    configSource: status?.provenance?.refSource ?? {},
    parameters: Object.fromEntries(values),
    ...(Object.keys(environment).length > 0 && { environment }),
  };
}
