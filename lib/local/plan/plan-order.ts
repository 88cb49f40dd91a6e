import { resultRefs } from '#lib/tekton/objects';
import type { PipelineTask } from '../model/api.ts';
import { specStatus } from '../pipelinerun/live-run.ts';
import {
  type PipelineState,
  type SkipReason,
  type TaskState,
  type View,
  viewOf,
} from '../pipelinerun/pipeline-state.ts';
import type { Reuse } from '../pipelinerun/reuse.ts';
import type { PreparedPipeline } from '../prepare/prepared.ts';
import { openReferences } from './open-references.ts';

/** In which order tasks would start if each one that starts succeeds, and which are skipped for certain. */
export interface PlanOrder {
  readonly started: readonly string[];
  readonly skipped: ReadonlyMap<string, SkipReason>;
}

/** Asks the rules of the run itself, again and again, as if what they start had ended well at once. */
export function planOrder(
  prepared: PreparedPipeline,
  reuse: Reuse,
  tasks: readonly Pick<TaskState, 'name' | 'isFinally' | 'task'>[],
): PlanOrder {
  const started: string[] = [];
  let skipped = new Map<string, SkipReason>();
  for (;;) {
    const view = viewOf(stateOf(prepared, tasks, new Set([...reuse.keys(), ...started]), skipped));
    const known = skippedBy(view, tasks);
    if (known.size > skipped.size) {
      // A task that takes a result of a skipped one is only skipped once that one is known to be.
      skipped = known;
      continue;
    }
    const next = [...view.next, ...view.nextFinally];
    if (next.length === 0) return { started, skipped };
    started.push(...next);
  }
}

function skippedBy(view: View, tasks: readonly { readonly name: string }[]): Map<string, SkipReason> {
  return new Map(
    tasks.flatMap(({ name }) => {
      const reason = view.skipReason(name);
      return reason === undefined ? [] : [[name, reason] as const];
    }),
  );
}

function stateOf(
  prepared: PreparedPipeline,
  tasks: readonly Pick<TaskState, 'name' | 'isFinally' | 'task'>[],
  ended: ReadonlySet<string>,
  skipped: ReadonlyMap<string, SkipReason>,
): PipelineState {
  return {
    name: prepared.run.metadata.name,
    tasks: tasks.map(({ name, isFinally, task }) => {
      const from = resultRefs(task).find(({ pipelineTask }) => skipped.has(pipelineTask))?.pipelineTask;
      const outcome = { status: 'True', reason: 'Succeeded', message: '' } as const;
      return {
        name,
        isFinally,
        task: from === undefined ? withoutOpenWhen(task) : task,
        children: ended.has(name) ? [{ name, outcome, isTimedOut: false }] : [],
        missing: from === undefined ? undefined : { from, message: '' },
        outOfBounds: undefined,
      };
    }),
    graph: prepared.graph,
    specStatus: specStatus({ prepared, control: {} }),
    invalid: new Map(),
    isOver: { pipeline: false, tasks: false, finally: false },
    timeouts: { pipeline: '', tasks: '' },
  };
}

/** What cannot be decided yet is taken to hold. */
function withoutOpenWhen(task: PipelineTask): PipelineTask {
  return { ...task, when: (task.when ?? []).filter((one) => openReferences(one).length === 0) };
}
