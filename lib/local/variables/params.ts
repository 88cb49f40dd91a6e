import { defaultProblems, expressionsOf, unresolvableDefaults } from '#lib/tekton/objects';
import type { Param, ParamSpec } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import {
  mergeReplacements,
  noReplacements,
  paramReplacements,
  type Replacements,
  substituteValue,
} from './substitute.ts';

/**
 * What a pipeline's params stand for: the run's values, then its defaults, which may refer to each other
 * (ApplyParameters, pkg/reconciler/pipelinerun/resources/apply.go).
 *
 * @throws {InvalidRunError} for a cycle or a reference to no param
 */
export function pipelineReplacements(specs: readonly ParamSpec[], params: readonly Param[]): Replacements {
  const given = new Set(params.map(({ name }) => name));
  const open = specs.filter(({ name }) => !given.has(name));
  const [problem] = [...defaultProblems(open, ''), ...unresolvableDefaults(specs, params, '')];
  if (problem) throw new InvalidRunError(problem.message, { path: 'spec.params' });

  const defaults = open.flatMap(({ name, default: value }) => (value === undefined ? [] : [{ name, value }]));
  const texts = new Map(
    defaults.filter(({ value }) => typeof value === 'string').map((one) => [one.name, one]),
  );
  let known = paramReplacements(params);
  const resolve = ({ name, value }: Param): void => {
    texts.delete(name);
    // Texts are resolved first, one after the other; lists and objects take what they have become.
    for (const expression of expressionsOf(value)) {
      const text = texts.get(expression.replace(/^params\./, ''));
      if (text) resolve(text);
    }
    // Only strings are put in: a default never changes its type.
    const filled = substituteValue(value, { ...noReplacements, strings: known.strings });
    known = mergeReplacements(known, paramReplacements([{ name, value: filled }]));
  };
  for (const one of texts.values()) resolve(one);
  for (const one of defaults) if (typeof one.value !== 'string') resolve(one);
  return known;
}
