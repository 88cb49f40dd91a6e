import { quoted } from '#lib/text';
import { refusal } from './errors.ts';
import type { Said, Variable } from './model.ts';

const RESERVED = ['releasever', 'basearch'];

/** The variables that a manifest defines, with those that always are. */
export function ownVariables(
  defined: ReadonlyMap<string, Said<unknown>> | undefined,
  releasever: Said<unknown> | undefined,
  architecture: string,
): ReadonlyMap<string, Variable> {
  const own = Array.from(defined ?? [], ([name, said]): [string, Variable] => {
    if (RESERVED.includes(name))
      throw refusal(
        said,
        `the variable ${name} is always there`,
        'take another name, or write the field releasever',
      );
    if (!isVariable(said.value))
      throw refusal(
        said,
        `the variable ${quoted(name)} is no text, whole number, true or false`,
        'write one of them',
      );
    return [name, said.value];
  });
  const release: [string, Variable][] =
    releasever !== undefined && isVariable(releasever.value) ? [['releasever', releasever.value]] : [];
  return new Map([...own, ...release, ['basearch', architecture]]);
}

function isVariable(value: unknown): value is Variable {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (Number.isSafeInteger(value) && Number(value) >= 0)
  );
}
