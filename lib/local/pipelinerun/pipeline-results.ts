import { expressionsOf, goList, resultRefs } from '#lib/tekton/objects';
import {
  isList,
  type Param,
  type PipelineResult,
  type PipelineTask,
  type TaskRunResult,
} from '../model/api.ts';
import {
  mergeReplacements,
  noReplacements,
  type Replacements,
  substituteValue,
  valueReplacements,
} from '../variables/substitute.ts';
import type { MissingResult } from './pipeline-state.ts';

/** The results of tasks that have ended, by the task's name; of a matrix, each is the list of its runs' values. */
export type ResultsByTask = ReadonlyMap<string, readonly TaskRunResult[]>;

/** A matrix' results: the values as text, in the order of the TaskRuns' names as text (createResultsCacheMatrixedTaskRuns). */
export function aggregateResults(
  children: readonly { readonly name: string; readonly results: readonly TaskRunResult[] }[],
): readonly TaskRunResult[] {
  const values = new Map<string, string[]>();
  const sorted = children.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, value } of sorted.flatMap(({ results }) => results)) {
    const list = values.get(name) ?? [];
    values.set(name, list);
    list.push(typeof value === 'string' ? value : '');
  }
  return Array.from(values, ([name, value]) => ({ name, type: 'array', value }));
}

/** What `$(tasks.t.results.r)` in its forms stands for (resultrefresolution.go). */
export function resultReplacements(task: string, results: readonly TaskRunResult[]): Replacements {
  const keys = (name: string) =>
    [`.${name}`, `["${name}"]`, `['${name}']`].map((end) => `tasks.${task}.results${end}`);
  return valueReplacements(results, keys, (key, part) =>
    key.endsWith(']') ? `${key}[${part}]` : `${key}.${part}`,
  );
}

export interface Resolution {
  readonly replacements: Replacements;
  readonly missing: MissingResult | undefined;
  /** An index beyond the end of a list: the whole run ends. */
  readonly outOfBounds: string | undefined;
}

/** The results of all tasks that have ended. */
export interface EndedResults {
  readonly results: ResultsByTask;
  /** Those of the first TaskRun of each, by its name, which is all that a task has that is no matrix. */
  readonly firsts: ResultsByTask;
  readonly succeeded: ReadonlySet<string>;
}

/** The results that a pipeline task refers to; none of them where one is missing (ResolveResultRefs). */
export function resolveReferences(task: PipelineTask, ended: EndedResults): Resolution {
  const found: Replacements[] = [];
  for (const { pipelineTask, result, index } of resultRefs(task)) {
    const value = valueIn(ended.results.get(pipelineTask), result);
    if (value === undefined) {
      const missing = { from: pipelineTask, message: missingMessage(task, ended) };
      return { replacements: noReplacements, missing, outOfBounds: undefined };
    }
    if (index !== undefined && index !== '*' && isList(value) && Number(index) >= value.length) {
      const outOfBounds = `array Result Index ${index} for Task ${pipelineTask} Result ${result} is out of bound of size ${value.length}`;
      return { replacements: noReplacements, missing: undefined, outOfBounds };
    }
    found.push(resultReplacements(pipelineTask, [{ name: result, value }]));
  }
  return { replacements: mergeReplacements(...found), missing: undefined, outOfBounds: undefined };
}

/**
 * What is told of a result that is missing. A matrix gives what those of its TaskRuns have that wrote it, and whether one
 * is there is asked of its first alone, after that was put in (CheckMissingResultReferences): so a list without its first
 * does not count as missing by itself, and is what is told where another result is.
 */
function missingMessage(task: PipelineTask, { firsts, succeeded }: EndedResults): string {
  const refs = resultRefs(task);
  const told = refs.find(
    ({ pipelineTask, result }) => valueIn(firsts.get(pipelineTask), result) === undefined,
  );
  const { pipelineTask: from = '', result = '' } = told ?? refs[0] ?? {};
  if (succeeded.has(from)) {
    return `task "${from}" completed successfully but did not emit the result "${result}", which is referenced by task "${task.name}"`;
  }
  if (!firsts.has(from))
    return `Result reference error: Internal result ref "${from}" has zero-length TaskRuns`;
  return `Invalid task result reference: Could not find result with name ${result} for pipeline task ${from}`;
}

function valueIn(results: readonly TaskRunResult[] | undefined, wanted: string) {
  return results?.find(({ name }) => name === wanted)?.value;
}

export interface PipelineResults {
  readonly results: readonly Param[];
  /** Why some could not be made, in Tekton's words. */
  readonly problem: string | undefined;
}

/**
 * A pipeline's results at its end. One whose task failed or was skipped is left out; one that a successful
 * task did not write is an error (ApplyTaskResultsToPipelineResults, resources/apply.go).
 */
export function pipelineResults(
  declared: readonly PipelineResult[],
  results: ResultsByTask,
  statuses: ReadonlyMap<string, string>,
): PipelineResults {
  const replacements = mergeReplacements(
    ...Array.from(results, ([task, list]) => resultReplacements(task, list)),
    ...Array.from(results, ([task, list]) => asFinally(resultReplacements(task, list))),
  );
  const given: Param[] = [];
  const invalid: string[] = [];
  for (const { name, value } of declared) {
    const expressions = expressionsOf(value);
    if (expressions.length === 0) continue;
    const missing = expressions.filter((expression) => !isKnown(expression, replacements));
    if (missing.length === 0) given.push({ name, value: substituteValue(value, replacements) });
    else if (missing.some((expression) => isError(expression, results, statuses))) invalid.push(name);
  }
  const problem =
    invalid.length > 0
      ? `invalid pipelineresults ${goList(invalid)}, the referenced results don't exist`
      : undefined;
  return { results: given, problem };
}

function asFinally({ strings, arrays, objects }: Replacements): Replacements {
  const rename = <V>(map: ReadonlyMap<string, V>) =>
    new Map(Array.from(map, ([key, value]) => [key.replace(/^tasks\./, 'finally.'), value]));
  return { strings: rename(strings), arrays: rename(arrays), objects: rename(objects) };
}

function isKnown(expression: string, { strings, arrays, objects }: Replacements): boolean {
  const key = expression.replace(/\[\*\]$/, '');
  return strings.has(expression) || arrays.has(key) || objects.has(key);
}

function isError(expression: string, results: ResultsByTask, statuses: ReadonlyMap<string, string>): boolean {
  const [, task = '', kind, result = ''] = expression.split('.');
  if (kind !== 'results') return true;
  const exists = results.get(task)?.some(({ name }) => name === result.replace(/\[.*\]$/, ''));
  const status = statuses.get(`tasks.${task}.status`);
  return exists === true || status === undefined || status === 'Succeeded';
}
