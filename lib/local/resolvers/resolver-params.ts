import { own, printable } from '#lib/text';
import type { Param } from '../model/api.ts';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';

/** The params of a `resolver:`, read strictly: one that is not known is a mistake. */
export interface ResolverParams {
  /** @throws {InvalidRunError} when it is not given */
  needed(name: string): string;
  /** Undefined when it is not given, or empty. */
  optional(name: string): string | undefined;
}

/**
 * @throws {InvalidRunError} for a param that the resolver does not have, that is no text, or that is a result of another
 *   task: the controller asks for every task before the first one starts (resolvePipelineState, pipelinerun.go)
 * @throws {UnsupportedError} for one that needs a cluster
 */
export function readResolverParams(
  params: readonly Param[],
  known: readonly string[],
  needsCluster: Readonly<Record<string, string>> = {},
): ResolverParams {
  const values = new Map<string, string>();
  for (const { name, value } of params) {
    const why = own(needsCluster, name);
    if (why !== undefined && value !== '') throw new UnsupportedError(`the param ${name} ${why}`);
    if (why !== undefined) continue;
    if (!known.includes(name)) {
      throw new InvalidRunError(`it has no param ${printable(name)}`, { hint: `it has ${known.join(', ')}` });
    }
    if (typeof value !== 'string') throw new InvalidRunError(`its param ${name} must be a text`);
    if (/\$\(tasks\./.test(value)) {
      throw new InvalidRunError(
        `its param ${name} is the result of another task, and what it refers to must be known before that runs`,
      );
    }
    values.set(name, value);
  }
  const optional = (name: string) => values.get(name) || undefined;
  return {
    optional,
    needed(name) {
      const value = optional(name);
      if (value === undefined) throw new InvalidRunError(`its param ${name} is missing`);
      return value;
    },
  };
}
