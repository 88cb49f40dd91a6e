import { quoted } from '#lib/text';
import { limits } from '../limits.ts';
import { InvalidMacroError } from './errors.ts';
import type { Macro } from './read-macros.ts';

export type Macros = Pick<ReadonlyMap<string, Macro>, 'get' | 'has'>;

/** A percent sign and what it refers to: a name, in braces or not, and what is asked of it. */
const REFERENCE =
  /%(?:(?<percent>%)|(?<bare>[A-Za-z_][A-Za-z0-9_]*)|\{(?<unless>!?)(?<optional>\??)(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::(?<text>[^{}%]*))?\}|(?<other>[\s\S]?))/g;

/**
 * What `%{name}` stands for, as far as it is made of names and texts; undefined where nothing defines it. Programs,
 * expressions and Lua are not run.
 *
 * @throws {InvalidMacroError} where there is more to it than that
 */
export function expandMacro(
  name: string,
  macros: Macros,
  depth = 0,
  // Each name is expanded once: a chain of names that each stand twice in the next would take for ever.
  known = new Map<string, string>(),
): string | undefined {
  const before = known.get(name);
  if (before !== undefined) return before;
  const macro = macros.get(name);
  if (macro === undefined) return undefined;
  const fail = (why: string): never => {
    throw new InvalidMacroError(`%${name} of ${macro.path} cannot be told: ${why}`);
  };
  // rpm presets these for the machine that it runs on (rpmReadConfigFiles in lib/rpmrc.cc).
  if (/^_target(?:_|$)/.test(name)) return fail('rpm itself sets it');
  if (macro.body === undefined) return fail('it is not of the form %name text');
  if (depth >= limits.macroDepth) return fail(`it goes more than ${limits.macroDepth} deep`);
  const { body } = macro;
  let expanded = '';
  let end = 0;
  for (const match of body.matchAll(REFERENCE)) {
    const { percent, bare, unless, optional, name: braced, text, other } = match.groups ?? {};
    if (other !== undefined) return fail(`${quoted(body)} is more than names and text`);
    expanded += body.slice(end, match.index);
    end = match.index + match[0].length;
    const inner = bare ?? braced;
    if (percent !== undefined || inner === undefined) {
      expanded += '%';
    } else {
      const isConditional = optional === '?';
      if ((unless === '!' || text !== undefined) && !isConditional)
        return fail(`${quoted(body)} is more than names and text`);
      const isThere = macros.has(inner);
      if (isConditional && (unless === '!' ? isThere : !isThere)) continue;
      expanded +=
        isConditional && (unless === '!' || text !== undefined)
          ? (text ?? '')
          : (expandMacro(inner, macros, depth + 1, known) ?? fail(`nothing defines %${inner}`));
    }
    if (expanded.length > limits.path) return fail(`it has more than ${limits.path} characters`);
  }
  expanded += body.slice(end);
  known.set(name, expanded);
  return expanded;
}
