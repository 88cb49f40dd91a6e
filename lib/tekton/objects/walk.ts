import type {
  Pipeline,
  PipelineRun,
  PipelineSpec,
  PipelineTask,
  Task,
  TaskRun,
  TaskSpec,
} from './api.gen.ts';
import { structures } from './structure.gen.ts';
import { decode } from './structure.ts';

/** The parts of an object that rules look at, each with its path. */
export interface Parts {
  readonly kind: string;
  /** As Tekton would decode it. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly taskSpecs: readonly Placed<TaskSpec>[];
  readonly pipelineSpecs: readonly Placed<PipelineSpec>[];
  readonly pipelineTasks: readonly Placed<PipelineTask>[];
}

export interface Placed<T> {
  readonly value: T;
  readonly path: string;
}

const kinds = ['Task', 'Pipeline', 'PipelineRun', 'TaskRun', 'StepAction'];

/** The parts of any value; none where it is no object of Tekton. */
export function partsOf(value: unknown): Parts {
  const { kind } = (value ?? {}) as { readonly kind?: unknown };
  const nothing = { kind: '', object: {}, taskSpecs: [], pipelineSpecs: [], pipelineTasks: [] };
  if (typeof kind !== 'string' || !kinds.includes(kind) || !Object.hasOwn(structures, kind)) return nothing;
  const decoded = decode(value, kind, '', { lenient: true });
  if (decoded.isBroken) return nothing;
  const object = decoded.value as Parts['object'];
  const pipelineSpecs = pipelineRootOf(kind, object).flatMap(withNested);
  const pipelineTasks = pipelineSpecs.flatMap(tasksOf);
  const embedded = pipelineTasks.flatMap(({ value: task, path }) =>
    task.taskSpec ? [{ value: task.taskSpec, path: `${path}.taskSpec` }] : [],
  );
  return {
    kind,
    object,
    pipelineSpecs,
    pipelineTasks,
    taskSpecs: [...taskRootOf(kind, object), ...embedded],
  };
}

function pipelineRootOf(kind: string, object: unknown): readonly Placed<PipelineSpec>[] {
  if (kind === 'Pipeline') return [{ value: (object as Pipeline).spec ?? {}, path: 'spec' }];
  const spec = kind === 'PipelineRun' ? (object as PipelineRun).spec?.pipelineSpec : undefined;
  return spec ? [{ value: spec, path: 'spec.pipelineSpec' }] : [];
}

function taskRootOf(kind: string, object: unknown): readonly Placed<TaskSpec>[] {
  if (kind === 'Task') return [{ value: (object as Task).spec ?? {}, path: 'spec' }];
  const spec = kind === 'TaskRun' ? (object as TaskRun).spec?.taskSpec : undefined;
  return spec ? [{ value: spec, path: 'spec.taskSpec' }] : [];
}

function withNested(placed: Placed<PipelineSpec>): readonly Placed<PipelineSpec>[] {
  const nested = tasksOf(placed).flatMap(({ value: task, path }) =>
    task.pipelineSpec ? withNested({ value: task.pipelineSpec, path: `${path}.pipelineSpec` }) : [],
  );
  return [placed, ...nested];
}

function tasksOf({ value: spec, path }: Placed<PipelineSpec>): readonly Placed<PipelineTask>[] {
  return [
    ...(spec.tasks ?? []).map((task, index) => ({ value: task, path: `${path}.tasks[${index}]` })),
    ...(spec.finally ?? []).map((task, index) => ({ value: task, path: `${path}.finally[${index}]` })),
  ];
}
