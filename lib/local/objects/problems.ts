import type { Problem } from '#lib/tekton/objects';
import { own, printable } from '#lib/text';
import { InvalidRunError, type PlacedProblem } from '../model/errors.ts';
import { bracketedPath } from './bracketed-path.ts';
import type { LoadedObject } from './load.ts';
import { ofMissingTask } from './missing-task.ts';

/** More help nobody: the first ones are mended first. A message has 20 lines. */
const MOST = 19;
/** Problems that are placed: as many as a command shows with what stands there. */
const PLACED = 20;

/** What is wrong with an object that was given. */
export interface ObjectProblems {
  readonly one: LoadedObject;
  readonly problems: readonly Problem[];
}

/** All problems, the first of them with their places: each look takes a while, and of thousands the first ones are told. */
export function placed(found: readonly ObjectProblems[]): readonly PlacedProblem[] {
  let left = PLACED;
  return found.flatMap(({ one, problems }) => {
    const sure = problems.slice(0, left);
    left -= sure.length;
    return [
      ...sure.map((problem) => placedIn(one, problem)).sort((a, b) => lineOf(a) - lineOf(b)),
      ...problems.slice(sure.length).map((problem) => unplaced(one, problem)),
    ];
  });
}

function placedIn(one: LoadedObject, problem: Problem): PlacedProblem {
  const told = ofMissingTask(problem, one.object);
  const at = told.message.startsWith('unknown field') ? 'name' : 'value';
  const place = one.locate?.(told.path, at);
  return { ...unplaced(one, told), named: bracketedPath(one.object, told.path), ...(place && { place }) };
}

function unplaced({ object, source }: LoadedObject, { path, message }: Problem): PlacedProblem {
  return { object: describe(object), path, named: path, message, source };
}

function lineOf({ place }: PlacedProblem): number {
  return place?.line ?? Number.POSITIVE_INFINITY;
}

/**
 * Refuses all that is wrong at once.
 *
 * @throws {InvalidRunError} where there is a problem, with a line for each
 */
export function refuseAll(problems: readonly PlacedProblem[]): void {
  const [first] = problems;
  if (!first) return;
  const told = problems.slice(0, MOST).map(problemLine);
  const more = problems.length - told.length;
  const message = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  throw new InvalidRunError(message, { reason: reasonFor(first.object.split(' ', 1)[0]), problems });
}

function problemLine({ object, path, message, source, place }: PlacedProblem): string {
  const where = place ? `${place.file}:${place.line}:${place.column}` : source;
  const field = path === '' ? '' : `${printable(path)}: `;
  return `${where}: ${object} is not valid: ${field}${printable(message, 500)}`;
}

/** Where a run ends for an object of these kinds, its controller says so by this reason. */
const reasons: Readonly<Record<string, string>> = {
  Task: 'TaskRunValidationFailed',
  TaskRun: 'TaskRunValidationFailed',
};

/** The reason of a condition for an object of a kind that is not valid. */
export function reasonFor(kind: unknown): string {
  return own(reasons, String(kind)) ?? 'PipelineValidationFailed';
}

/** Kind and name, as they may stand in a message. */
export function describe(object: Readonly<Record<string, unknown>>): string {
  const { name, generateName } = (object.metadata ?? {}) as {
    readonly name?: unknown;
    readonly generateName?: unknown;
  };
  const label = [name, generateName].find((one) => typeof one === 'string');
  return printable([String(object.kind), label].filter(Boolean).join(' '));
}
