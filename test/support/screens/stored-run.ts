import type { RunEvent, StoredRun } from '#lib/runs';
import { logLine } from '#lib/runs';

/** A text that would break a page that takes it for markup. */
export const evil =
  '</pre></title><script>window.broken=1</script><img src=x onerror="window.broken=2">\'"&amp;';
const START = Date.parse('2026-11-23T12:00:00.000Z');
const time = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

export interface Planned {
  readonly name: string;
  readonly after?: readonly string[];
  readonly isFinally?: boolean;
  /** TaskRuns: more than one for a matrix. */
  readonly runs?: number;
}

/** Two hundred tasks: a chain with long ways round it, a wide fan, a matrix, a failure, finally tasks. */
const fan = Array.from({ length: 186 }, (_, index) => `fan-${index}`);
export const plan: readonly Planned[] = [
  { name: 'fetch' },
  { name: 'prepare', after: ['fetch'] },
  { name: 'build', after: ['prepare', 'fetch'], runs: 7 },
  { name: 'a-task-with-a-name-that-is-longer-than-its-box-is-wide', after: ['build', 'fetch'] },
  ...fan.map((name) => ({ name, after: ['fetch'] })),
  { name: 'check', after: ['build', 'fetch', 'fan-0', 'fan-100'] },
  { name: 'index', after: ['check', 'fetch', 'prepare'] },
  ...Array.from({ length: 6 }, (_, index) => ({ name: `late-${index}`, after: ['index', `fan-${index}`] })),
  { name: 'notify', isFinally: true },
  { name: 'clean', isFinally: true },
];

/** A run as there are most. */
export const small: readonly Planned[] = [
  { name: 'make-repos-image' },
  { name: 'build-minimal', after: ['make-repos-image'], runs: 4 },
  { name: 'build-standard', after: ['make-repos-image'], runs: 4 },
  { name: 'prepare-index', after: ['build-minimal', 'build-standard'] },
  { name: 'index', after: ['prepare-index'] },
  { name: 'push-to-production', after: ['index'] },
  { name: 'notify', isFinally: true },
];

function eventsOf(task: Planned, begin: number): readonly RunEvent[] {
  return Array.from({ length: task.runs ?? 1 }, (_, index) => {
    const of = { task: task.name, taskRun: `run-${task.name}${task.runs ? `-${index}` : ''}` };
    const isBad = task.name === 'index';
    const step = { ...of, step: 'compile' };
    return [
      { type: 'task-start', time: time(begin), ...of, attempt: 0 },
      { type: 'step-start', time: time(begin + 0.1), ...step },
      {
        type: 'step-end',
        time: time(begin + 0.101),
        ...step,
        exitCode: isBad ? 3 : 0,
        reason: isBad ? 'Error' : 'Completed',
        seconds: 1,
      },
      { type: 'step-start', time: time(begin + 0.101), ...of, step: 'link' },
      {
        type: 'step-end',
        time: time(begin + 0.9),
        ...of,
        step: 'link',
        exitCode: 0,
        reason: 'Completed',
        seconds: 1,
      },
      {
        type: 'task-end',
        time: time(begin + 1),
        ...of,
        status: isBad ? 'Failed' : 'Succeeded',
        reason: isBad ? 'StepFailed' : 'Succeeded',
        message: isBad ? evil : '',
        seconds: 1,
        results: [{ name: 'image', type: 'string', value: evil }],
      },
    ] satisfies readonly RunEvent[];
  }).flat();
}

export function line(text: string): string {
  return logLine({ time: time(1), stream: 'stdout', isWhole: true, text });
}

/** A run whose task `index` failed in its step `compile`, as it is kept in a directory. */
export function storedRun(directory: string, all = plan): StoredRun {
  const tasks = all.map(({ name, after = [], isFinally = false }) => ({ name, after, isFinally }));
  const params = [{ name: evil, value: evil }];
  return {
    summary: {
      name: 'run',
      kind: 'PipelineRun',
      pipeline: evil,
      startedAt: time(0),
      seconds: 20,
      status: 'Failed',
      reason: 'Failed',
      message: evil,
      directory,
      failed: ['index'],
    },
    events: [
      { type: 'run-start', time: time(0), run: 'run', pipeline: 'p', tasks },
      ...all.flatMap((task, index) => eventsOf(task, index / 10)),
      {
        type: 'run-end',
        time: time(22),
        run: 'run',
        status: 'Failed',
        reason: 'Failed',
        message: '',
        seconds: 20,
        results: [],
        overhead: 0,
        stepSeconds: {},
      },
    ],
    run: {
      spec: { params },
      status: {
        pipelineSpec: {
          tasks: [
            {
              name: 'prepare',
              displayName: evil,
              params: [{ name: 'p', value: '$(tasks.fetch.results.commit)' }],
            },
          ],
        },
        results: params,
      },
    },
    taskRuns: [{ metadata: { name: 'run-index' }, spec: { params } }],
    pipelineRuns: [],
  };
}
