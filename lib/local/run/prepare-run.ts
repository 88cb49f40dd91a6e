import type { Breakpoint } from '../breakpoints/breakpoint.ts';
import { checkBreakpoints } from '../breakpoints/check-breakpoints.ts';
import { InvalidRunError } from '../model/errors.ts';
import { type FeatureFlags, readFeatureFlags } from '../model/feature-flags.ts';
import { checkObject } from '../objects/checked.ts';
import { chooseRun, type NamedPipelineRun, type NamedRun, type RunChoice } from '../objects/choose-run.ts';
import { flagsGiven } from '../objects/objects.ts';
import type { Reuse } from '../pipelinerun/reuse.ts';
import { refuseInRun } from '../prepare/needs-cluster.ts';
import { preparePipeline } from '../prepare/prepare-pipeline.ts';
import { prepareTaskRun } from '../prepare/prepare-task-run.ts';
import type { PreparedPipeline } from '../prepare/prepared.ts';
import type { TaskRequest } from '../prepare/task-request.ts';
import type { ResolveContext } from '../resolvers/resolve.ts';
import { chooseReuse } from '../resume/choose-reuse.ts';
import type { DebugOptions } from '../resume/debug-options.ts';
import { type EarlierRun, findEarlier } from '../resume/find-earlier.ts';
import { checkVolumes } from '../resume/kept-volumes.ts';
import { refuseForTaskRun, withEarlier } from '../resume/with-earlier.ts';

/** Everything that must hold before anything runs, held. */
export type PreparedRun = { readonly flags: FeatureFlags } & Prepared;

type Prepared =
  | {
      readonly kind: 'pipeline';
      readonly pipeline: PreparedPipeline;
      /** Whose results and volumes are taken. */
      readonly earlier: EarlierRun | undefined;
      readonly reuse: Reuse;
      readonly breakpoints: readonly Breakpoint[];
    }
  | { readonly kind: 'task'; readonly task: TaskRequest; readonly breakpoints: readonly Breakpoint[] };

export interface PrepareOptions extends ResolveContext {
  readonly choice: RunChoice;
  readonly debug: DebugOptions;
  /** Where earlier runs are. */
  readonly runs: string;
  /** Over those of Tekton's ConfigMap feature-flags among the objects. */
  readonly featureFlags: Readonly<Record<string, string>> | undefined;
}

/**
 * Finds the run that is meant and all that it refers to, and starts nothing.
 *
 * @throws {InvalidRunError} for what is refused
 * @throws {UnsupportedError} for what needs a cluster
 */
export async function prepareRun(options: PrepareOptions): Promise<PreparedRun> {
  const flags = readFeatureFlags(flagsGiven(options.objects, options.featureFlags));
  const run = chooseRun(options.objects, options.choice);
  const prepared = await (run.kind === 'PipelineRun'
    ? preparePipelineRun(run, options)
    : prepareTaskRunAlone(run, options));
  return { ...prepared, flags };
}

async function preparePipelineRun(given: NamedPipelineRun, options: PrepareOptions): Promise<Prepared> {
  const { debug, runs } = options;
  const earlier = await findEarlier(given, debug, runs);
  const run = withEarlier(given, debug, earlier);
  const pipeline = await preparePipeline(run, options);
  const reuse = chooseReuse(pipeline, debug, earlier);
  const { breakpoints = [] } = debug;
  const breakable = pipeline.tasks.map(({ name, isPipeline, body }) => ({
    name,
    steps: isPipeline ? undefined : (body.spec.steps ?? []),
    isReused: reuse.has(name),
  }));
  checkBreakpoints(breakpoints, breakable);
  if (earlier) await checkVolumes(earlier, pipeline, reuse);
  checkLast(run, options);
  return { kind: 'pipeline', pipeline, earlier, reuse, breakpoints };
}

async function prepareTaskRunAlone(
  run: NamedRun & { readonly kind: 'TaskRun' },
  options: PrepareOptions,
): Promise<Prepared> {
  refuseForTaskRun(run, options.debug);
  const task = await prepareTaskRun(run, options);
  // A person knows the Task's name, which is not always that of the run.
  const breakpoints = (options.debug.breakpoints ?? []).map((one) =>
    one.at === 'before' && one.task === task.taskName ? { ...one, task: task.task } : one,
  );
  checkBreakpoints(breakpoints, [{ name: task.task, steps: task.spec.steps ?? [], isReused: false }]);
  checkLast(run, options);
  return { kind: 'task', task, breakpoints };
}

/** What the controller finds has a reason of its own, and comes before this. */
function checkLast(run: NamedRun, { objects, featureFlags }: PrepareOptions): void {
  refuseInRun(run);
  checkObject(withoutHostPaths(run), '', flagsGiven(objects, featureFlags));
  refusePending(run);
}

/** A directory of this machine is none of Tekton's bindings: the rules see an emptyDir in its place. */
function withoutHostPaths(run: NamedRun): NamedRun {
  const workspaces = run.spec?.workspaces?.map((binding) =>
    'hostPath' in binding ? { name: binding.name, emptyDir: {} } : binding,
  );
  return { ...run, spec: { ...run.spec, ...(workspaces && { workspaces }) } } as NamedRun;
}

/** In a cluster it waits until somebody takes the status away, which nobody does here. */
function refusePending({ kind, metadata, spec }: NamedRun): void {
  const status: string | undefined = spec?.status;
  if (status !== 'PipelineRunPending' && status !== 'TaskRunPending') return;
  throw new InvalidRunError(`${kind} "${metadata.name}" is pending`, {
    path: 'spec.status',
    reason: status,
    hint: 'take spec.status away to run it',
  });
}
