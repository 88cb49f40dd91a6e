/** The variables that dnf knows by itself. They are left as they stand, since only the machine knows their values. */
const builtIn: ReadonlyMap<string, string> = new Map(
  ['arch', 'basearch', 'releasever', 'releasever_major', 'releasever_minor'].map((name) => [
    name,
    `$${name}`,
  ]),
);

type Lookup = (name: string) => string | undefined;

/** dnf5's MAXIMUM_EXPRESSION_DEPTH. */
const DEPTH_MAX = 32;

interface Part {
  readonly value: string;
  /** Where the text goes on. */
  readonly end: number;
}

/**
 * Fills variables in as dnf5 does (libdnf5/conf/vars.cpp, `substitute_expression`): `$name`, `${name}`,
 * `${name:-default}`, `${name:+instead}`, a backslash before what stands for itself. A name without a value stays.
 */
export function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  if (!/[\\$]/.test(text)) return text;
  return expand(text, 0, (name) => values.get(name) ?? builtIn.get(name), 0)?.value ?? text;
}

/** The text up to the brace that closes it; undefined where none does. */
function expand(text: string, start: number, lookUp: Lookup, depth: number): Part | undefined {
  const parts: string[] = [];
  let at = start;
  while (at < text.length) {
    const plain = matchAt(depth > 0 ? /[^\\$}]+/y : /[^\\$]+/y, text, at);
    parts.push(plain);
    at += plain.length;
    if (text[at] === '}') return { value: parts.join(''), end: at };
    if (text[at] === '\\' && at + 1 < text.length) {
      parts.push(text[at + 1] ?? '');
      at += 2;
    } else {
      const variable = text[at] === '$' ? variableAt(text, at, lookUp, depth) : undefined;
      if (variable === undefined) break;
      parts.push(variable.value);
      at = variable.end;
    }
  }
  return depth > 0 ? undefined : { value: parts.join('') + text.slice(at), end: text.length };
}

function variableAt(text: string, dollar: number, lookUp: Lookup, depth: number): Part | undefined {
  const isBraced = text[dollar + 1] === '{';
  const start = dollar + (isBraced ? 2 : 1);
  const name = matchAt(/\w+/y, text, start);
  const end = start + name.length;
  if (!isBraced) return { value: lookUp(name) ?? text.slice(dollar, end), end };
  if (text[end] === '}') return { value: lookUp(name) ?? text.slice(dollar, end + 1), end: end + 1 };
  const mode = matchAt(/:[-+]/y, text, end);
  if (mode === '') return { value: text.slice(dollar, end), end };
  const word = depth < DEPTH_MAX ? expand(text, end + 2, lookUp, depth + 1) : undefined;
  if (word === undefined) return undefined;
  const own = lookUp(name) ?? '';
  const value = mode === ':-' ? own || word.value : own && word.value;
  return { value, end: word.end + 1 };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
