import { resultRefs } from '#lib/tekton/objects';
import type { PipelineTask } from '../model/api.ts';
import { specStatus } from '../pipelinerun/live-run.ts';
import {
  type PipelineState,
  type SkipReason,
  skipReasons,
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

/**
 * Asks the rules of the run itself, as if what they start had ended well at once: of each task once all before it are
 * decided, and then of the finally tasks.
 */
export function planOrder(
  prepared: PreparedPipeline,
  reuse: Reuse,
  tasks: readonly Pick<TaskState, 'name' | 'isFinally' | 'task'>[],
): PlanOrder {
  const decided = decideOrdinary(prepared, reuse, tasks);
  const started = [...decided.started];
  let { skipped } = decided;
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

type PlannedTask = Pick<TaskState, 'name' | 'isFinally' | 'task'>;

/** By the graph, so that a chain of thousands of tasks does not ask about all of them at each. */
function decideOrdinary(
  prepared: PreparedPipeline,
  reuse: Reuse,
  tasks: readonly PlannedTask[],
): { readonly started: readonly string[]; readonly skipped: Map<string, SkipReason> } {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const skipped = new Map<string, SkipReason>();
  // What starts together has one number.
  const rounds = new Map<string, number>();
  const decide = (name: string) => {
    const task = byName.get(name);
    if (!task) return;
    const parents = (prepared.graph.get(name) ?? []).flatMap((parent) => byName.get(parent) ?? []);
    const before = parents.map((parent) => (skipped.has(parent.name) ? asSkipped(parent, skipped) : parent));
    const ended = new Set(parents.map((parent) => parent.name).filter((parent) => !skipped.has(parent)));
    const graph = new Map([[name, parents.map((parent) => parent.name)]]);
    const view = viewOf(stateOf({ ...prepared, graph }, [...before, task], ended, skipped));
    const reason = reuse.has(name) ? undefined : view.skipReason(name);
    if (reason !== undefined) skipped.set(name, reason);
    const after = parents.map(
      (parent) => (rounds.get(parent.name) ?? 0) + (skipped.has(parent.name) ? 0 : 1),
    );
    rounds.set(name, Math.max(0, ...after));
    if (reason === undefined && !reuse.has(name) && !view.next.includes(name)) rounds.delete(name);
  };
  for (const name of inOrder(prepared, tasks)) decide(name);
  const started = tasks
    .map(({ name }) => name)
    .filter((name) => rounds.has(name) && !skipped.has(name) && !reuse.has(name))
    .sort((one, other) => (rounds.get(one) ?? 0) - (rounds.get(other) ?? 0));
  return { started, skipped };
}

/** The ordinary tasks, each after those before it. */
function inOrder({ graph }: PreparedPipeline, tasks: readonly PlannedTask[]): readonly string[] {
  const seen = new Set<string>();
  const order: string[] = [];
  // This is a loop and no recursion: a chain may be longer than the stack.
  for (const { name } of tasks.filter(({ isFinally }) => !isFinally)) {
    const open = [name];
    while (open.length > 0) {
      const last = open.at(-1) ?? '';
      const before = (graph.get(last) ?? []).filter((one) => !seen.has(one));
      if (before.length > 0 && !seen.has(last)) {
        open.push(...before);
        continue;
      }
      open.pop();
      if (!seen.has(last)) order.push(last);
      seen.add(last);
    }
  }
  return order;
}

/** A task that the rules skip for the same kind of reason: its own condition, which keeps no other one, or another. */
function asSkipped(parent: PlannedTask, skipped: ReadonlyMap<string, SkipReason>): PlannedTask {
  const isByWhen = skipped.get(parent.name) === skipReasons.when;
  const task = isByWhen
    ? { name: parent.name, when: [{ input: '', operator: 'in', values: [] }] }
    : { name: parent.name, matrix: { params: [{ name: 'none', value: [] }] } };
  return { ...parent, task };
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
  prepared: Pick<PreparedPipeline, 'run' | 'graph'>,
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
