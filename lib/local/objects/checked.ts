import { type Decoded, decode, type Problem, tellProblems, validate } from '#lib/tekton/objects';
import { InvalidRunError } from '../model/errors.ts';
import { webhookFlags } from '../model/feature-flags.ts';
import { celProblem } from '../variables/when.ts';
import type { LoadedObject } from './load.ts';
import { describe, placed, reasonFor, refuseAll } from './problems.ts';
import { asV1 } from './v1beta1.ts';

/**
 * An object of Tekton as its API would hold it.
 *
 * @throws {InvalidRunError} for unknown fields and values of the wrong type
 */
export function decodeObject<T>(object: Readonly<Record<string, unknown>>, source: string): T {
  const { value, problems } = decodeNow(object);
  refuse(problems, object, source);
  return value as T;
}

function decodeNow(object: Readonly<Record<string, unknown>>): Decoded {
  return decode(asV1(object), String(object.kind), '', { lenient: true });
}

/**
 * Objects of Tekton that were given, each as its API would hold it; others as they are.
 *
 * @throws {InvalidRunError} for all unknown fields and values of the wrong type in any of them
 */
export function decodeAll(loaded: readonly LoadedObject[]): readonly LoadedObject[] {
  const decoded = loaded.map((one) => ({
    one,
    ...(isTekton(one.object) ? decodeNow(one.object) : noDecoding(one)),
  }));
  refuseAll(placed(decoded));
  return decoded.map(({ one, value }) => ({ ...one, object: value as LoadedObject['object'] }));
}

function noDecoding({ object }: LoadedObject): Decoded {
  return { value: object, problems: [], isBroken: false };
}

export function isTekton({ apiVersion }: Readonly<Record<string, unknown>>): boolean {
  return String(apiVersion).startsWith('tekton.dev/');
}

/**
 * The object itself, when the webhooks of Tekton would take it.
 *
 * @throws {InvalidRunError} with all that they would say
 */
export function checkObject<T extends object>(
  object: T,
  path = '',
  flags?: Readonly<Record<string, string>>,
): T {
  refuse(
    validate(object, { lenient: true, cel: celProblem, flags: flags && webhookFlags(flags) }),
    object as Readonly<Record<string, unknown>>,
    path,
  );
  return object;
}

function refuse(
  problems: readonly Problem[],
  object: Readonly<Record<string, unknown>>,
  source: string,
): void {
  if (problems.length === 0) return;
  const message = `${describe(object)} is not valid: ${tellProblems(problems)}`;
  throw new InvalidRunError(message, { path: source, reason: reasonFor(object.kind) });
}
