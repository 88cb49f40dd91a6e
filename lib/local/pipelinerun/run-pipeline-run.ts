import { breakpointsWithin } from '../breakpoints/check-breakpoints.ts';
import type { PipelineRun } from '../model/api.ts';
import { conditionOf, type Outcome } from '../model/conditions.ts';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import type { NamedPipelineRun } from '../objects/choose-run.ts';
import { preparePipeline } from '../prepare/prepare-pipeline.ts';
import type { PreparedPipeline } from '../prepare/prepared.ts';
import type { Engine } from '../taskrun/engine.ts';
import { type Finished, finishPipeline } from './finished-pipeline.ts';
import {
  type Control,
  endChildren,
  isOver,
  type LiveRun,
  nextLimit,
  observe,
  specStatus,
} from './live-run.ts';
import type { FinishedChild } from './live-task.ts';
import { pipelineOutcome } from './pipeline-outcome.ts';
import type { Reuse } from './reuse.ts';
import { startChildren } from './start-children.ts';

/** Runs a prepared pipeline to its end, in Tekton's order and with its words for how it ended. */
export async function runPipelineRun(
  prepared: PreparedPipeline,
  engine: Engine,
  control: Control,
  reuse: Reuse = new Map(),
): Promise<Finished> {
  const live: LiveRun = {
    prepared,
    engine,
    control,
    startedAt: Date.now(),
    tasks: prepared.tasks.map((task) => ({
      prepared: task,
      children: [...(reuse.get(task.name)?.children ?? [])],
    })),
    invalid: new Map(),
    finallyStartedAt: undefined,
    runChildPipelineRun: (run, task, signal) => runChildPipelineRun(run, childEngine(engine, task), signal),
  };
  engine.emit({
    type: 'run-start',
    run: prepared.run.metadata.name,
    pipeline: prepared.pipelineName,
    tasks: prepared.tasks.map(({ name, isFinally }) => ({
      name,
      isFinally,
      after: prepared.graph.get(name) ?? [],
    })),
  });
  for (const { name, unseen } of prepared.tasks) {
    if (unseen === undefined) continue;
    engine.emit({
      type: 'note',
      text: `task ${name} is skipped without its Task, which a cluster would want: ${unseen}`,
    });
  }
  for (const [task, { why }] of reuse) engine.emit({ type: 'task-reuse', task, why });
  const started: Promise<void>[] = [];
  const outcome = await untilDone(live, started);
  await Promise.all(started);
  return finishPipeline(live, outcome);
}

/** What a child PipelineRun is refused for is how it ends; its parent goes on by its rules. */
async function runChildPipelineRun(
  run: NamedPipelineRun,
  engine: Engine,
  signal: AbortSignal,
): Promise<FinishedChild> {
  const ended = await prepareAndRun(run, engine, signal).catch((error: unknown) => {
    if (!(error instanceof InvalidRunError || error instanceof UnsupportedError)) throw error;
    const reason = error instanceof InvalidRunError ? error.reason : 'PipelineValidationFailed';
    return refused(run, { status: 'False', reason, message: error.message });
  });
  const { outcome, taskRuns, pipelineRuns } = ended;
  return {
    outcome,
    results: [],
    artifacts: undefined,
    taskRuns,
    pipelineRuns: [ended.run as PipelineRun, ...pipelineRuns],
  };
}

async function prepareAndRun(run: NamedPipelineRun, engine: Engine, signal: AbortSignal): Promise<Finished> {
  const { objects, resolvers } = engine;
  return runPipelineRun(await preparePipeline(run, { objects, resolvers, signal }), engine, { signal });
}

function refused(run: NamedPipelineRun, outcome: Outcome): Finished {
  const status = { conditions: [conditionOf(outcome)] };
  return { outcome, results: [], run: { ...run, status }, taskRuns: [], pipelineRuns: [] };
}

/** Events of a child carry the path to their task: `outer/inner`. */
function childEngine(engine: Engine, outer: string): Engine {
  const { breakpoints, onBreak } = engine.debug;
  return {
    ...engine,
    debug: { breakpoints: breakpointsWithin(outer, breakpoints), onBreak },
    emit: (event) => {
      if ('task' in event) engine.emit({ ...event, task: `${outer}/${event.task}` });
      // The tree shows its tasks; the run itself is a task of its parent.
      else if (event.type === 'run-start') {
        for (const { name } of event.tasks) engine.emit({ type: 'task-wait', task: `${outer}/${name}` });
      } else engine.emit(event);
    },
  };
}

/** Looks at the run again whenever something has happened: a task's end, a limit of time, a cancellation. */
async function untilDone(live: LiveRun, started: Promise<void>[]): Promise<Outcome> {
  const { signal, gracefulSignal } = live.control;
  const told = new Set<string>();
  let crash: unknown;
  let wake = () => {};
  const poke = () => wake();
  for (const one of [signal, gracefulSignal]) one?.addEventListener('abort', poke);
  let timer: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const outcome = tryAdvance(live, (promise) => {
        started.push(promise);
        // Nothing but a bug of ours rejects here.
        promise.then(poke, (error: unknown) => {
          crash ??= error;
          wake();
        });
      });
      tellSkipped(live, told);
      if (outcome.status !== 'Unknown') return outcome;
      clearTimeout(timer);
      const limit = nextLimit(live);
      // Longer than a timer can wait is looked at again in between.
      if (limit !== undefined) timer = setTimeout(poke, Math.min(limit + 1, 2 ** 31 - 1));
      await woken;
      if (crash !== undefined) throw crash;
    }
  } finally {
    clearTimeout(timer);
    for (const one of [signal, gracefulSignal]) one?.removeEventListener('abort', poke);
  }
}

type Follow = (end: Promise<void>) => void;

/** What is found wrong only now ends the run; what runs is ended with it. */
function tryAdvance(live: LiveRun, follow: Follow): Outcome {
  try {
    return advance(live, follow);
  } catch (error) {
    if (!(error instanceof InvalidRunError)) throw error;
    endChildren(live, 'cancelled');
    return { status: 'False', reason: error.reason, message: error.message };
  }
}

/** In the words of the controller (ResolvePipelineRun). */
function outOfBoundsOf({ prepared }: LiveRun, problem: string): string {
  const { name, namespace } = prepared.run.metadata;
  return `[User error] PipelineRun ${namespace}/${name} can't be Run; couldn't resolve all references: ${problem}`;
}

/** Ends what must end, starts what can start, and says how the run stands. */
function advance(live: LiveRun, follow: Follow): Outcome {
  endWhatMustEnd(live);
  const { state, view } = observe(live);
  const taskOf = (name: string) => state.tasks.find((task) => task.name === name);
  const outOfBounds = state.tasks.find((task) => task.outOfBounds !== undefined)?.outOfBounds;
  if (outOfBounds !== undefined) throw new InvalidRunError(outOfBoundsOf(live, outOfBounds));
  const next = state.isOver.pipeline ? [] : view.next.flatMap((name) => taskOf(name) ?? []);
  const unresolved = next.filter(({ missing }) => missing !== undefined);
  for (const { name, missing } of unresolved) live.invalid.set(name, missing?.message ?? '');
  // One that cannot start keeps the others from starting too (runNextSchedulableTask).
  if (unresolved.length > 0) return advance(live, follow);
  for (const { name, task } of next) for (const end of startChildren(live, name, task)) follow(end);
  for (const name of state.isOver.pipeline ? [] : view.nextFinally) {
    const final = taskOf(name);
    if (!final) continue;
    live.finallyStartedAt ??= Date.now();
    for (const end of startChildren(live, name, final.task)) follow(end);
  }
  const after = observe(live);
  return pipelineOutcome(after.state, after.view);
}

function endWhatMustEnd(live: LiveRun): void {
  const over = isOver(live);
  const status = specStatus(live);
  if (status === 'Cancelled') endChildren(live, 'cancelled');
  // The finally tasks come after, and run to their end.
  if (status === 'CancelledRunFinally') endChildren(live, 'cancelled', ({ prepared }) => !prepared.isFinally);
  if (over.pipeline) endChildren(live, 'timed out');
  if (over.tasks) endChildren(live, 'timed out', ({ prepared }) => !prepared.isFinally);
  if (over.finally) endChildren(live, 'timed out', ({ prepared }) => prepared.isFinally);
}

function tellSkipped(live: LiveRun, told: Set<string>): void {
  const { view } = observe(live);
  for (const { name } of live.prepared.tasks) {
    const reason = view.skipReason(name);
    if (reason === undefined || told.has(name)) continue;
    told.add(name);
    live.engine.emit({ type: 'task-skip', task: name, reason });
  }
}
