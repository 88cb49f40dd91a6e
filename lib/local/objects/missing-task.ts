import { knownNames, type Problem } from '#lib/tekton/objects';
import { own } from '#lib/text';

/** What Tekton says of a task that waits for one that there is not (pkg/apis/pipeline/v1, dag.Build). */
const SAID = /task (?<task>\S+) depends on (?<wanted>\S+) but \S+ wasn't present in Pipeline/;

/**
 * The same problem said of the very place that names the task, in words of everyday before Tekton's own; any other
 * problem as it is.
 */
export function ofMissingTask(problem: Problem, object: unknown): Problem {
  const { wanted = '' } = SAID.exec(problem.message)?.groups ?? {};
  const list = /^(?<list>.*\.)?(?:tasks|finally)\[\d+\]$/.exec(problem.path)?.groups;
  if (wanted === '' || !list) return problem;
  const tasks = at(object, `${list.list ?? ''}tasks`);
  const names = Array.isArray(tasks) ? tasks.flatMap((one) => at(one, 'name') ?? []) : [];
  const path = find(at(object, problem.path), problem.path, wanted) ?? problem.path;
  const known = knownNames(
    wanted,
    names.filter((name) => typeof name === 'string'),
  );
  return { ...problem, path, message: `there is no task ${wanted}; ${known} (Tekton: ${problem.message})` };
}

/** The first field below that takes from the task or waits for it. */
function find(value: unknown, path: string, task: string): string | undefined {
  if (typeof value === 'string')
    return value.includes(`tasks.${task}.`) || (value === task && path.includes('.runAfter['))
      ? path
      : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const children = Array.isArray(value)
    ? value.map((one, index) => [`[${index}]`, one] as const)
    : Object.entries(value).map(([key, one]) => [`.${key}`, one as unknown] as const);
  for (const [step, child] of children) {
    const found = find(child, `${path}${step}`, task);
    if (found !== undefined) return found;
  }
  return undefined;
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const [key] of path.matchAll(/[^.[\]]+/g)) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = own(found as Readonly<Record<string, unknown>>, key);
  }
  return found;
}
