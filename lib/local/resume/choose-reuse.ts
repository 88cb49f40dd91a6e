import type { StoredRun } from '#lib/runs';
import { type Graph, goList, knownNames, resultRefs } from '#lib/tekton/objects';
import type { PipelineTask } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { Reuse, ReusedTask } from '../pipelinerun/reuse.ts';
import type { PreparedPipeline, PreparedTask } from '../prepare/prepared.ts';
import type { DebugOptions } from './debug-options.ts';
import { earlierChildren } from './earlier-children.ts';
import { givenChildren } from './given-children.ts';
import { standInChild } from './stand-in-child.ts';

/**
 * Which tasks do not run, and what stands for them.
 *
 * @throws {InvalidRunError} for tasks that are not there, and for results that nothing gives
 */
export function chooseReuse(
  prepared: PreparedPipeline,
  { only, from, results = {} }: DebugOptions,
  earlier: StoredRun | undefined,
): Reuse {
  const names = prepared.tasks.map(({ name }) => name);
  checkNames([...(only ?? []), ...(from === undefined ? [] : [from])], names);
  if (only) return reuseAllBut(prepared, new Set(only), results, earlier);
  if (Object.keys(results).length > 0) {
    throw new InvalidRunError('results are given, but every task runs', {
      hint: 'name the tasks that are to run: --only',
    });
  }
  if (from === undefined || !earlier) return new Map();
  const again = new Set([from, ...tasksAfter(from, prepared.graph)]);
  return new Map(
    prepared.tasks.flatMap((task) => {
      const isFixed = !task.isFinally && !again.has(task.name);
      const children = isFixed ? earlierChildren(earlier, task) : undefined;
      return children
        ? [[task.name, { why: `taken from run ${earlier.summary.name}`, children }] as const]
        : [];
    }),
  );
}

function checkNames(asked: readonly string[], names: readonly string[]): void {
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new InvalidRunError(`there is no task ${goList(unknown)}`, {
    hint: knownNames(unknown[0] ?? '', names),
  });
}

/** Every task that waits for another, at any distance. */
function tasksAfter(name: string, graph: Graph): readonly string[] {
  const found = new Set([name]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const [task, parents] of graph) if (parents.some((parent) => found.has(parent))) found.add(task);
  }
  return [...found];
}

function reuseAllBut(
  { tasks }: PreparedPipeline,
  only: ReadonlySet<string>,
  results: Readonly<Record<string, string>>,
  earlier: StoredRun | undefined,
): Reuse {
  const reuse = new Map(
    tasks
      .filter(({ name }) => !only.has(name))
      .map((task) => [task.name, standIn(task, earlier, results)] as const),
  );
  const known = new Set(tasks.filter(({ name }) => !only.has(name)).map(({ name }) => name));
  const unknown = Object.keys(results).filter((key) => !known.has(key.split('.')[0] ?? ''));
  if (unknown.length > 0) {
    throw new InvalidRunError(`there is no task that does not run for the result ${goList(unknown)}`, {
      hint: 'write task.result=value, of a task that is not among those that run',
    });
  }
  for (const { name, task } of tasks) if (only.has(name)) checkResults(name, task, reuse);
  return reuse;
}

function standIn(
  task: PreparedTask,
  earlier: StoredRun | undefined,
  results: Readonly<Record<string, string>>,
): ReusedTask {
  const given = givenChildren(task, results);
  if (given) return { why: 'its results were given', children: given };
  const children = earlier && earlierChildren(earlier, task);
  if (children) return { why: `taken from run ${earlier.summary.name}`, children };
  return { why: 'not asked for', children: [standInChild('', [])] };
}

function checkResults(name: string, task: PipelineTask, reuse: Reuse): void {
  for (const { pipelineTask, result } of resultRefs(task)) {
    const source = reuse.get(pipelineTask);
    const isThere = source?.children.some(({ finished }) =>
      finished?.results.some((one) => one.name === result),
    );
    if (!source || isThere) continue;
    throw new InvalidRunError(
      `task ${name} needs the result ${result} of task ${pipelineTask}, which does not run`,
      {
        hint: `give it: --result ${pipelineTask}.${result}=<value>, or take it from a run: --from-run <name>`,
      },
    );
  }
}
