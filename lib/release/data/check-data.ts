import * as z from 'zod';
import { jsonOf, printable, quoted } from '#lib/text';
import { checkDocument, placeOf } from '../document.ts';
import { InvalidReleaseError } from '../errors.ts';
import { isMap, type Json, type JsonMap } from '../merge.ts';
import { broughtBy } from './brought-by.ts';
import { DataKeys, System } from './data-keys.ts';
import { type Problem, systemProblems } from './system-rules.ts';

/** Problems that one error tells. */
const MOST = 20;

/**
 * Systems as the param `systems` names them. Each value is a name, one system as JSON, or a list of them as JSON, which is
 * how upstream's newest pipeline gives them.
 *
 * @throws {InvalidReleaseError}
 */
export function parseSystems(values: readonly string[]): readonly System[] {
  return values.flatMap((value) => {
    const text = value.trim();
    if (text === '') return [];
    const named = /^[[{]/.test(text) ? jsonOf(text) : { systemName: text, dynamic: false };
    if (named === undefined) throw new InvalidReleaseError(`param systems is no JSON: ${quoted(text)}`);
    return checkDocument(Array.isArray(named) ? named : [named], z.array(System), 'param systems');
  });
}

/**
 * Checks release data as schemas/dataKeys.json of release-service-utils does, and our own keys in it.
 *
 * @param systems that the pipeline serves, besides those that the data names itself
 * @param sources the resources that the data was merged from, the strongest first
 * @returns the data with all systems in it
 * @throws {InvalidReleaseError} for all problems at once, each with its place and the resource that brought it
 */
export function checkData(
  data: JsonMap,
  systems: readonly System[],
  sources: readonly { readonly name: string; readonly data: Json }[],
): JsonMap {
  const named = Object.hasOwn(data, 'systems') ? data.systems : undefined;
  const all = { ...data, systems: Array.isArray(named ?? []) ? [...list(named), ...systems] : named };
  const problems = dataProblems(all);
  if (problems.length === 0) return all;
  const told = problems.slice(0, MOST).map(({ path, message }) => {
    const by = broughtBy(path, data, sources).join(' and ');
    return `${placeOf(path)}${by === '' ? '' : ` (${by})`}: ${printable(message, 1_000)}`;
  });
  const more = problems.length - told.length;
  throw new InvalidReleaseError(
    `the data of the release is not valid: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
  );
}

/** All that is wrong with data: first the types, and where they are right what is missing. */
export function dataProblems(data: JsonMap): readonly Problem[] {
  const parsed = DataKeys.safeParse(data);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => ({ path, message }));
  return systemProblems(data, parsed.data.systems ?? []);
}

/** Keys that neither upstream nor we know, as places: typing errors, perhaps. */
export function unknownKeys(data: JsonMap): readonly string[] {
  const known = (schema: { readonly shape: object }, value: Json, path: readonly PropertyKey[]) =>
    isMap(value)
      ? Object.keys(value)
          .filter((key) => !Object.hasOwn(schema.shape, key))
          .map((key) => placeOf([...path, key]))
      : [];
  const mapping = DataKeys.shape.mapping.unwrap();
  const given = isMap(data.mapping) ? data.mapping : {};
  return [
    ...known(DataKeys, data, []),
    ...known(mapping, given, ['mapping']),
    ...known(mapping.shape.defaults.unwrap(), given.defaults, ['mapping', 'defaults']).filter(
      (place) => !place.endsWith('.timestampFormat'),
    ),
  ];
}

function list(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
