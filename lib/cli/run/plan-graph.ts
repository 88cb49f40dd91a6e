import type { RunPlan, TaskPlan } from '#lib/local';
import { type Paint, printable } from '#lib/text';

/** What would run as a graph in text: a line for each task, further in the later it can start. */
export function planGraph(plan: RunPlan, paint: Paint, indent = ''): string {
  const { run, kind, pipeline, tasks } = plan;
  const levels = levelsOf(tasks);
  const ordinary = tasks.filter((task) => !task.finally);
  const last = tasks.filter((task) => task.finally);
  const width = Math.max(...tasks.map((task) => titleOf(task).length + 2 * (levels.get(task.name) ?? 0)), 0);
  const line = (task: TaskPlan) => lineOf(task, { level: levels.get(task.name) ?? 0, width, indent, paint });
  return [
    `${indent}${paint('strong', printable(run))} (${kind}${pipeline === undefined || pipeline === run ? '' : ` of ${printable(pipeline)}`})`,
    ...ordinary.map(line),
    ...(last.length === 0 ? [] : [`${indent}  ${paint('dim', 'finally')}`, ...last.map(line)]),
    '',
  ].join('\n');
}

interface Place {
  readonly level: number;
  readonly width: number;
  readonly indent: string;
  readonly paint: Paint;
}

function lineOf(task: TaskPlan, { level, width, indent, paint }: Place): string {
  const { after = [], state, reason, plan } = task;
  const title = `${'  '.repeat(level)}${titleOf(task)}`;
  const facts = [
    after.length === 0 ? '' : `after ${after.map((name) => printable(name)).join(', ')}`,
    state === 'runs' ? '' : `${state}${reason === undefined ? '' : `: ${printable(reason)}`}`,
    stepsOf(task),
  ].filter((fact) => fact !== '');
  const text = `${indent}  ${title.padEnd(width)}  ${facts.join(' · ')}`.trimEnd();
  const shown = state === 'skipped' || state === 'reused' ? paint('dim', text) : text;
  return plan ? `${shown}\n${planGraph(plan, paint, `${indent}    `).trimEnd()}` : shown;
}

function titleOf({ name, taskRuns = [] }: TaskPlan): string {
  return `${printable(name)}${taskRuns.length > 1 ? ` ×${taskRuns.length}` : ''}`;
}

function stepsOf({ taskRuns: [first] = [] }: TaskPlan): string {
  return (first?.steps ?? [])
    .map(({ name, mappedTo }) => printable(`${name}${mappedTo === undefined ? '' : ` in ${mappedTo}`}`))
    .join(', ');
}

/** How many tasks stand before each, at the most. */
function levelsOf(tasks: readonly TaskPlan[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  // In the order in which they would start, so that what stands before is known.
  for (const { name, after = [] } of tasks)
    levels.set(name, Math.max(-1, ...after.map((parent) => levels.get(parent) ?? -1)) + 1);
  return levels;
}
