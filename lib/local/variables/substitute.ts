import { wholeExpression } from '#lib/tekton/objects';
import { isList, type Param, type ParamSpec, type ParamValue } from '../model/api.ts';

/** What `$(key)` stands for, by key; the three kinds apply in different places. */
export interface Replacements {
  readonly strings: ReadonlyMap<string, string>;
  readonly arrays: ReadonlyMap<string, readonly string[]>;
  readonly objects: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * Replaces every known `$(key)` in one pass; what is unknown stays as it is written
 * (pkg/substitution/replacements.go ApplyReplacements).
 */
export function substituteText(text: string, { strings }: Pick<Replacements, 'strings'>): string {
  // No parenthesis inside: in `$(a $(b))` only the inner one can be a key.
  return text.includes('$(')
    ? text.replace(/\$\(([^()]*)\)/g, (whole, key: string) => strings.get(key) ?? whole)
    : text;
}

/** One element of a list: a lone reference to an array becomes its elements (ApplyArrayReplacements). */
export function substituteElement(text: string, replacements: Replacements): readonly string[] {
  const [, key] = /^\$\((.*?)(?:\[\*\])?\)$/s.exec(text) ?? [];
  return (
    (key === undefined ? undefined : replacements.arrays.get(key)) ?? [substituteText(text, replacements)]
  );
}

export function substituteList(list: readonly string[], replacements: Replacements): readonly string[] {
  return list.flatMap((text) => substituteElement(text, replacements));
}

/** A param's value; a string that is nothing but a reference takes the type of what it refers to (applyOrCorrect). */
export function substituteValue(value: ParamValue, replacements: Replacements): ParamValue {
  if (typeof value !== 'string') {
    if (isList(value)) return substituteList(value, replacements);
    return mapValues(value, (text) => substituteText(text, replacements));
  }
  const key = wholeExpression(value)?.replace(/\[\*\]$/, '');
  if (key === undefined) return substituteText(value, replacements);
  return replacements.objects.get(key) ?? replacements.arrays.get(key) ?? substituteText(value, replacements);
}

export function substituteParams<P extends Param>(
  params: readonly P[],
  replacements: Replacements,
): readonly P[] {
  return params.map((param) => ({ ...param, value: substituteValue(param.value, replacements) }));
}

export const noReplacements: Replacements = { strings: new Map(), arrays: new Map(), objects: new Map() };

export function isEmpty({ strings, arrays, objects }: Replacements): boolean {
  return strings.size === 0 && arrays.size === 0 && objects.size === 0;
}

export function stringReplacements(
  strings: Readonly<Record<string, string>> | Iterable<readonly [string, string]>,
): Replacements {
  const entries = Symbol.iterator in strings ? strings : Object.entries(strings);
  return { ...noReplacements, strings: new Map(entries as Iterable<readonly [string, string]>) };
}

/** Later ones win, key by key; the keys of an object are merged. */
export function mergeReplacements(...all: readonly Replacements[]): Replacements {
  const [only = noReplacements, second] = all.filter((one) => !isEmpty(one));
  if (!second) return only;
  const objects = new Map<string, Readonly<Record<string, string>>>();
  for (const { objects: more } of all) {
    for (const [key, object] of more) objects.set(key, { ...objects.get(key), ...object });
  }
  return {
    strings: new Map(all.flatMap(({ strings }) => [...strings])),
    arrays: new Map(all.flatMap(({ arrays }) => [...arrays])),
    objects,
  };
}

/** The ways to write a param's name; `inputs.` is a left-over of v1beta1 that Tasks still understand. */
function paramKeys(name: string): readonly string[] {
  return [`params.${name}`, `params["${name}"]`, `params['${name}']`, `inputs.params.${name}`];
}

/** What given params stand for (replacementsFromParams, pkg/reconciler/taskrun/resources/apply.go). */
export function paramReplacements(params: readonly Param[]): Replacements {
  return valueReplacements(params, paramKeys, (key, part) =>
    key.startsWith('params.') ? `${key}.${part}` : undefined,
  );
}

/** What values stand for by each of their keys, and what their elements and the parts of objects do. */
export function valueReplacements(
  values: readonly Param[],
  keysOf: (name: string) => readonly string[],
  partOf: (key: string, part: string) => string | undefined,
): Replacements {
  const strings = new Map<string, string>();
  const arrays = new Map<string, readonly string[]>();
  const objects = new Map<string, Readonly<Record<string, string>>>();
  for (const { name, value } of values) {
    for (const key of keysOf(name)) {
      if (typeof value === 'string') {
        strings.set(key, value);
      } else if (isList(value)) {
        arrays.set(key, value);
        for (const [index, element] of value.entries()) strings.set(`${key}[${index}]`, element);
      } else {
        objects.set(key, value);
        for (const [part, text] of Object.entries(value)) {
          const partKey = partOf(key, part);
          if (partKey !== undefined) strings.set(partKey, text);
        }
      }
    }
  }
  return { strings, arrays, objects };
}

/** What a Task's defaults stand for; one level of `$(params.x)` in them is followed (replacementsFromDefaultParams). */
export function defaultReplacements(specs: readonly ParamSpec[]): Replacements {
  const given = specs.flatMap(({ name, default: value }) => (value === undefined ? [] : [{ name, value }]));
  const refers = ({ value }: Param) => typeof value === 'string' && value.includes('$(params.');
  const plain = paramReplacements(given.filter((param) => !refers(param)));
  const referring = given.filter(refers).map(({ name, value }) => ({
    name,
    value: substituteValue(value, { ...noReplacements, strings: plain.strings }),
  }));
  return mergeReplacements(plain, paramReplacements(referring.filter((param) => !refers(param))));
}

export function mapValues<V, W>(
  object: Readonly<Record<string, V>>,
  map: (value: V, key: string) => W,
): Readonly<Record<string, W>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
