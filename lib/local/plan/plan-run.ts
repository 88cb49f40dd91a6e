import { defaultRunsDirectory } from '../history/run-directory.ts';
import { type PrepareOptions, prepareRun } from '../run/prepare-run.ts';
import type { RunOptions } from '../run/run-locally.ts';
import { openReferences } from './open-references.ts';
import { planPipeline } from './plan-pipeline.ts';
import { planTaskRun } from './plan-task-run.ts';
import type { RunPlan } from './run-plan.ts';

export type PlanOptions = Pick<
  RunOptions,
  'objects' | 'choice' | 'imageMap' | 'resolvers' | 'debug' | 'runsDirectory' | 'signal' | 'featureFlags'
>;

/**
 * What `runLocally` would do with the same options, with everything put in that is known before it runs. Starts
 * nothing and needs no podman; only resolvers are asked.
 *
 * @throws {InvalidRunError} for all that `runLocally` refuses before anything runs
 * @throws {UnsupportedError} for what needs a cluster
 */
export async function planRun(options: PlanOptions): Promise<RunPlan> {
  const { objects, imageMap = [] } = options;
  const context: PrepareOptions = {
    objects,
    resolvers: options.resolvers ?? {},
    signal: options.signal ?? new AbortController().signal,
    choice: options.choice ?? {},
    debug: options.debug ?? {},
    runs: options.runsDirectory ?? defaultRunsDirectory(),
    featureFlags: options.featureFlags,
  };
  const prepared = await prepareRun(context);
  if (prepared.kind === 'pipeline') {
    const { pipeline, reuse, earlier } = prepared;
    return planPipeline(pipeline, { ...context, imageMap }, reuse, earlier);
  }
  const taskRun = planTaskRun(prepared.task, imageMap);
  const open = openReferences(taskRun);
  const { name } = prepared.task.metadata;
  return {
    run: name,
    kind: 'TaskRun',
    tasks: [{ name, state: 'runs', ...(open.length > 0 && { open }), taskRuns: [taskRun] }],
  };
}
