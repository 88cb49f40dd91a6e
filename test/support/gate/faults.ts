import type { Pipeline, PipelineTask, Step, Task } from '#lib/tekton';

/** What can become of a task, before it has done its work; `… after` is once it has done it. */
export const faultNames = [
  'fails',
  'is skipped',
  'times out',
  'is killed',
  'loses its results',
  'fails after',
  'is killed after',
] as const;
export type FaultName = (typeof faultNames)[number];

/** Scripts of a step; `times out` is for a task with a limit of a second. */
const scripts: Partial<Record<FaultName, string>> = {
  fails: 'exit 1',
  'times out': 'sleep 60',
  'is killed': 'kill -9 $$',
  'loses its results': 'exit 0',
  'fails after': 'exit 1',
  'is killed after': 'kill -9 $$',
};

/** Lets one task of a pipeline go wrong: the same pipeline, and a task that takes the place of its own. */
export function withFault(
  pipeline: Pipeline,
  tasks: readonly Task[],
  victim: string,
  fault: FaultName,
): { readonly pipeline: Pipeline; readonly tasks: readonly Task[] } {
  const target = pipeline.spec?.tasks?.find(({ name }) => name === victim);
  const own = tasks.find(({ metadata }) => metadata?.name === target?.taskRef?.name);
  if (target === undefined || own?.spec === undefined) throw new Error(`there is no task ${victim}`);
  if (fault === 'is skipped') {
    const never = { input: 'a', operator: 'in', values: ['b'] };
    return { pipeline: replaced(pipeline, { ...target, when: [never] }), tasks };
  }
  const script = scripts[fault];
  const bad: Step = { name: 'go-wrong', image: 'any', script };
  const steps = fault.endsWith('after') ? [...(own.spec.steps ?? []), bad] : [bad];
  const broken: Task = {
    ...own,
    metadata: { ...own.metadata, name: 'goes-wrong' },
    spec: { ...own.spec, steps },
  };
  const limit = fault === 'times out' ? { timeout: '1s' } : {};
  const changed = { ...target, taskRef: { ...target.taskRef, name: 'goes-wrong' }, ...limit };
  return { pipeline: replaced(pipeline, changed), tasks: [...tasks, broken] };
}

function replaced(pipeline: Pipeline, task: PipelineTask): Pipeline {
  const tasks = pipeline.spec?.tasks?.map((one) => (one.name === task.name ? task : one));
  return { ...pipeline, spec: { ...pipeline.spec, ...(tasks ? { tasks } : {}) } };
}
