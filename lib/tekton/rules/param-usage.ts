import { namesOf } from '../language/index.ts';
import type { ParamSpec } from '../objects/api.gen.ts';
import { type Problem, problemOf } from '../objects/problem.ts';
import { specsOfType } from './params.ts';
import type { Place } from './places.ts';
import { notIsolated, prohibitedVariable, prohibitedWhole, unknownVariable } from './variables.ts';

/** The problems of places, one at most of each kind per place. */
export function problemsAt(
  places: readonly Place[],
  find: (place: Place) => string | undefined,
): readonly Problem[] {
  return places.flatMap((place) => {
    const message = find(place);
    return problemOf(place.path, message);
  });
}

/** validateArrayUsage: a list stands alone in an argument, and nowhere else. */
export function arrayUsageProblems(
  places: readonly Place[],
  specs: readonly ParamSpec[],
): readonly Problem[] {
  const lists = namesOf(specsOfType(specs, 'array'));
  return problemsAt(places, ({ text, isArgument }) =>
    isArgument ? notIsolated(text, 'params', lists) : prohibitedVariable(text, 'params', lists),
  );
}

/** validateVariables and validateObjectUsage: every param is declared, every key is one of its properties. */
export function declaredParamProblems(
  places: readonly Place[],
  specs: readonly ParamSpec[],
): readonly Problem[] {
  const names = namesOf(specs);
  const objects = specsOfType(specs, 'object');
  const objectNames = namesOf(objects);
  return [
    ...problemsAt(places, ({ text }) => unknownVariable(text, 'params', names)),
    ...objects.flatMap(({ name, properties = {} }) => {
      const keys = new Set(Object.keys(properties));
      return problemsAt(places, ({ text }) => unknownVariable(text, `params.${name}`, keys));
    }),
    ...problemsAt(places, ({ text }) => prohibitedWhole(text, 'params', objectNames)),
  ];
}
