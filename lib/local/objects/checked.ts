import { decode, type Problem, tellProblems, validate } from '#lib/tekton/objects';
import { own, printable } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';
import { celProblem } from '../variables/when.ts';
import { fromV1beta1 } from './v1beta1.ts';

/**
 * An object of Tekton as its API would hold it.
 *
 * @throws {InvalidRunError} for unknown fields and values of the wrong type
 */
export function decodeObject<T>(object: Readonly<Record<string, unknown>>, source: string): T {
  const kind = String(object.kind);
  const isOld = object.apiVersion === 'tekton.dev/v1beta1' && kind !== 'StepAction';
  const { value, problems } = decode(isOld ? fromV1beta1(object) : object, kind, '', { lenient: true });
  refuse(problems, object, source);
  return value as T;
}

/**
 * The object itself, when the webhooks of Tekton would take it.
 *
 * @throws {InvalidRunError} with all that they would say
 */
export function checkObject<T extends object>(object: T, path = ''): T {
  refuse(
    validate(object, { lenient: true, cel: celProblem }),
    object as Readonly<Record<string, unknown>>,
    path,
  );
  return object;
}

/** Where a run ends for an object of these kinds, its controller says so by this reason. */
const REASONS: Readonly<Record<string, string>> = {
  Task: 'TaskRunValidationFailed',
  TaskRun: 'TaskRunValidationFailed',
};

function refuse(
  problems: readonly Problem[],
  object: Readonly<Record<string, unknown>>,
  source: string,
): void {
  if (problems.length === 0) return;
  const reason = own(REASONS, String(object.kind)) ?? 'PipelineValidationFailed';
  const message = `${describe(object)} is not valid: ${tellProblems(problems)}`;
  throw new InvalidRunError(message, { path: source, reason });
}

function describe(object: Readonly<Record<string, unknown>>): string {
  const { name, generateName } = (object.metadata ?? {}) as {
    readonly name?: unknown;
    readonly generateName?: unknown;
  };
  const label = [name, generateName].find((one) => typeof one === 'string');
  return printable([String(object.kind), label].filter(Boolean).join(' '));
}
