import type { Problem } from '#lib/tekton/objects';
import { own, printable } from '#lib/text';
import { InvalidRunError, type PlacedProblem } from '../model/errors.ts';
import { bracketedPath } from './bracketed-path.ts';
import type { LoadedObject } from './load.ts';
import { ofMissingTask } from './missing-task.ts';

/** More help nobody: the first ones are mended first. A message has 20 lines. */
const MOST = 19;

/** The problems of an object with the places in its file. */
export function placed(
  { object, source, locate }: LoadedObject,
  problems: readonly Problem[],
): readonly PlacedProblem[] {
  const found = problems.map((problem, index) => {
    const { path, message } = index < MOST ? ofMissingTask(problem, object) : problem;
    // Each look takes a while, and of thousands the first ones are told.
    const at = message.startsWith('unknown field') ? 'name' : 'value';
    const place = index < MOST ? locate?.(path, at) : undefined;
    return {
      object: describe(object),
      path,
      named: index < MOST ? bracketedPath(object, path) : path,
      message,
      source,
      ...(place && { place }),
    };
  });
  return found.sort((a, b) => lineOf(a) - lineOf(b));
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
