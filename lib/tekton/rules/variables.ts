// A port of pkg/substitution/substitution.go: how Tekton finds `$(params.x)` in a text, and what it says about it.

/** Why a text refers to a variable that is not there. */
export function unknownVariable(
  text: string,
  prefix: string,
  known: ReadonlySet<string>,
): string | undefined {
  const { names, problem } = variablesIn(text, prefix);
  if (problem !== undefined) return problem;
  const unknown = names.map(trimIndex).find((name) => !known.has(name));
  return unknown === undefined ? undefined : `non-existent variable in ${quote(text, unknown)}`;
}

/** Why a text may not refer to some variables, but for one element of them (ValidateNoReferencesToProhibitedVariables). */
export function prohibitedVariable(
  text: string,
  prefix: string,
  prohibited: ReadonlySet<string>,
): string | undefined {
  const { names, problem } = variablesIn(text, prefix);
  if (problem !== undefined) return problem;
  const found = names.map(trimStar).find((name) => prohibited.has(name));
  return found === undefined ? undefined : `variable type invalid in ${quote(text, found)}`;
}

/** Why a text may not refer to the whole of some variables (ValidateNoReferencesToEntireProhibitedVariables). */
export function prohibitedWhole(
  text: string,
  prefix: string,
  prohibited: ReadonlySet<string>,
): string | undefined {
  const found = bodiesIn(text, prefix)
    .map(({ body }) => trimStar(body))
    .find((name) => prohibited.has(name));
  return found === undefined ? undefined : `variable type invalid in ${quote(text, found)}`;
}

/** Why a reference to a list is not alone in its text (ValidateVariableReferenceIsIsolated). */
export function notIsolated(text: string, prefix: string, lists: ReadonlySet<string>): string | undefined {
  const { names, problem } = variablesIn(text, prefix);
  if (problem !== undefined) return problem;
  const [first] = bodiesIn(text, prefix);
  const found = names.map(trimStar).find((name) => lists.has(name));
  if (found === undefined || first?.match.length === text.length) return undefined;
  return `variable is not properly isolated in ${quote(text, found)}`;
}

/** A text that is one reference to a whole list or object and nothing else (ValidateWholeArrayOrObjectRefInStringVariable). */
export function isWholeReference(text: string, prefix: string): boolean {
  return new RegExp(`^${reference(prefix, '[_a-zA-Z0-9.-]+\\[\\*\\]')}$`).test(text);
}

/** The names of the variables in a text, or what is wrong with one of them (ExtractVariablesFromString). */
export function variablesIn(
  text: string,
  prefix: string,
): { readonly names: readonly string[]; readonly problem?: string } {
  const names: string[] = [];
  for (const { body, isDotted } of bodiesIn(text, prefix)) {
    const parts = isDotted ? body.split('.') : [body];
    if (parts.length > 2) {
      const problem = `Invalid referencing of parameters in ${quote(text, body)}! Only two dot-separated components after the prefix "${prefix}" are allowed.`;
      return { names, problem };
    }
    names.push(parts[0] ?? '');
  }
  return { names };
}

/** The references as they stand, such as `$(params.a[0])` (ExtractVariableExpressions). */
export function referencesIn(text: string, prefix: string): readonly string[] {
  return bodiesIn(text, prefix).map(({ match }) => match);
}

export function trimIndex(name: string): string {
  return name.replaceAll(/\[[0-9]*\*?\]/g, '');
}

interface Body {
  readonly match: string;
  readonly body: string;
  readonly isDotted: boolean;
}

function bodiesIn(text: string, prefix: string): readonly Body[] {
  if (!text.includes(`$(${prefix}`)) return [];
  const pattern = new RegExp(reference(prefix, '[^\\n]*?(?:\\[\\*\\])?'), 'g');
  return Array.from(text.matchAll(pattern), ([match, dotted, double, single]) => ({
    match,
    body: dotted ?? double ?? single ?? '',
    isDotted: dotted !== undefined,
  }));
}

/** `braceMatchingRegex`: with a dot, or in brackets and either quotes. */
function reference(prefix: string, name: string): string {
  return `\\$\\(${prefix.replaceAll(/[^\w-]/g, String.raw`\$&`)}(?:\\.(${name})|\\["(${name})"\\]|\\['(${name})'\\])\\)`;
}

function trimStar(name: string): string {
  return name.endsWith('[*]') ? name.slice(0, -3) : name;
}

/** The text as Go quotes it; of a script only the line in question. */
function quote(text: string, variable: string): string {
  if (!text.includes('\n')) return JSON.stringify(text);
  const mentions = (line: string) =>
    line
      .split('$(')
      .slice(1)
      .some((part) => part.includes(variable));
  const line = text.split('\n').find(mentions) ?? text;
  return JSON.stringify(line.trim());
}
