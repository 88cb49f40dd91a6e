import { own, quoted } from '#lib/text';
import { type Place, refusal } from './errors.ts';
import type { Variable } from './model.ts';

const FORM = /^\s*(?<name>\w+)\s*(?<operator>\S+)\s*(?:(?<word>true|false)|(?<number>\d+)|"(?<text>.*)")\s*$/;

const equals: Readonly<Record<string, boolean>> = { '==': true, '!=': false };
const orders: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/**
 * Whether a condition holds: `releasever >= 43`, `stream == "production"`.
 *
 * @throws {InvalidTreefileError} where it has another form, names an unknown variable, or compares unlike values
 */
export function holds(condition: string, variables: ReadonlyMap<string, Variable>, place: Place): boolean {
  const { name = '', operator = '', word, number, text = '' } = FORM.exec(condition)?.groups ?? {};
  const fail = (why: string, hint: string) =>
    refusal(place, `the condition ${quoted(condition)} ${why}`, hint);
  const equal = own(equals, operator);
  const order = own(orders, operator);
  if (equal === undefined && order === undefined)
    throw fail('has no form that is known', 'write it as releasever >= 43 or stream == "testing"');
  const value = variables.get(name);
  if (value === undefined)
    throw fail(
      'names a variable that is not there',
      `define ${name} under variables in a manifest that is read before`,
    );
  const wanted = word === undefined ? (number === undefined ? text : Number(number)) : word === 'true';
  if (typeof value !== typeof wanted)
    throw fail(
      'compares unlike values',
      `${name} is ${JSON.stringify(value)}: numbers stand without quotes, texts in double ones`,
    );
  if (equal !== undefined) return (value === wanted) === equal;
  if (typeof value !== 'number' || typeof wanted !== 'number' || order === undefined)
    throw fail('orders what is no number', 'only numbers can be compared by <, <=, > and >=');
  return order(value, wanted);
}
