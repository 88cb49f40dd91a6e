import { parseTag } from '#lib/oci';
import { printable, quoted } from '#lib/text';
import { InvalidReleaseError } from '../errors.ts';

export interface Expansion {
  /** Names the component in an error. */
  readonly component: string;
  readonly valueFor: (variable: string) => string;
  /** The tags that the repository has now; only `{{ incrementer }}` asks for them. */
  readonly existing: () => Promise<readonly string[]>;
}

const VARIABLE = /\{\{\s*([\w.-]+)\s*\}\}/;
const INCREMENTER = /\{\{\s*incrementer\s*\}\}/g;
/** In place of an incrementer until all else is expanded; no tag can hold it. */
const HOLE = '\u0000';
/** No tag needs as many, and none is as long. */
const [MOST_STEPS, LONGEST] = [100, 4_096];

/**
 * A tag with its variables expanded until none is left.
 *
 * @throws {InvalidReleaseError} for a loop, and for what is no tag of the distribution spec then
 */
export async function expandTag(template: string, expansion: Expansion): Promise<string> {
  const { component, valueFor, existing } = expansion;
  const refuse = (why: string, hint?: string) =>
    new InvalidReleaseError(
      `component ${quoted(component)}: ${quoted(template)} ${why}`,
      hint === undefined ? {} : { hint },
    );
  let tag = holed(template);
  for (let steps = 0; ; steps++) {
    const [all, name = ''] = VARIABLE.exec(tag) ?? [];
    if (all === undefined) break;
    if (steps === MOST_STEPS || tag.length > LONGEST)
      throw refuse('is never expanded: its variables name each other');
    tag = tag.replace(all, () => holed(valueFor(name)));
  }
  const [before = '', after, ...rest] = tag.split(HOLE);
  if (rest.length > 0) throw refuse('has incrementer twice');
  const whole = after === undefined ? tag : `${before}${next(await existing(), before, after)}${after}`;
  try {
    return parseTag(whole);
  } catch (error) {
    throw refuse(`becomes ${quoted(whole)}, ${printable((error as Error).message)}`);
  }
}

/** The number after the highest that a tag with this beginning and end has. */
function next(tags: readonly string[], before: string, after: string): string {
  const numbers = tags
    .filter((tag) => tag.startsWith(before) && tag.endsWith(after))
    .map((tag) => tag.slice(before.length, tag.length - after.length))
    .filter((number) => /^\d+$/.test(number))
    .map(BigInt)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return String((numbers.at(-1) ?? 0n) + 1n);
}

function holed(text: string): string {
  return text.replaceAll(HOLE, '\ufffd').replaceAll(INCREMENTER, HOLE);
}
