import type { JudgedMutant } from './run-folder.ts';

/** Why mutants that survive are let be. */
export interface Reason {
  readonly why: string;
  /** Whether it holds of a mutant; `line` is the whole line of the source, without what is around it. */
  readonly holds: (mutant: JudgedMutant, line: string) => boolean;
}

/** Reasons of many mutants, by the form of the change. */
const forms: readonly Reason[] = [
  {
    why: 'test/errors.test.ts asks every class for it, and loads every layer for that',
    holds: (_, line) => /^override readonly (?:name|kind)\b/.test(line),
  },
  {
    why: 'for the compiler: what always matches, or is always there, may be undefined to it (noUncheckedIndexedAccess)',
    holds: ({ from, to, result }, line) =>
      result === 'not reached' && (to === "'mutant'" || to === "['mutant']") && isFallback(from, line),
  },
  {
    why: 'for the compiler: a match has its groups, and this pattern always matches here',
    holds: ({ from }, line) => from === '?.' && /\.exec\(|\bgroups\b/.test(line),
  },
];

/** `a ?? ''`, and `a = ''` where something is taken apart. */
function isFallback(text: string, line: string): boolean {
  return line.includes(`?? ${text}`) || line.includes(` = ${text}`);
}

/**
 * The reason of mutants in a line: the whole line, what is changed in it, and to what; without these two, all are
 * meant.
 */
function at(
  file: string,
  line: string | RegExp,
  why: string,
  from?: string,
  to?: string,
): Reason & { readonly file: string } {
  const holds = (mutant: JudgedMutant, itsLine: string) =>
    mutant.file === file &&
    (typeof line === 'string' ? itsLine === line : line.test(itsLine)) &&
    (from === undefined || from === mutant.from.replaceAll(/\s+/g, ' ')) &&
    (to === undefined || to === mutant.to.replaceAll(/\s+/g, ' '));
  return { file, why, holds };
}

const later = 'a step ends soon, and the kernel closes it then';
const unasked = 'part of what a target is: a copy from a directory, or into a new one, never asks';
const build = 'only a real build shows it (tasks/buildah-bootc/build.test.ts)';
const sooner = 'only sooner: what follows comes to the same';
const program = 'only a program shows it, and these tests start none (lib/process/run.test.ts, the engine)';

/** Reasons of single mutants. A reason fails whose mutant is noticed, or is no more. */
export const single: readonly (Reason & { readonly file: string })[] = [
  at(
    'lib/step/inputs.ts',
    'const end = closingBracket(argv, index + 1, (other) => isOption(step, other));',
    'the token before a list is never its end',
  ),
  at(
    'lib/step/inputs.ts',
    'for (let index = from; index < argv.length; index++) {',
    'beyond the last token there is none',
    '<',
    '<=',
  ),
  at('lib/step/main.ts', 'argv: readonly string[] = process.argv.slice(2),', program),
  at(
    'lib/step/main.ts',
    "const directory = env.STEP_RESULTS ?? '/tekton/results';",
    'a test writes nothing there: the engine runs steps so',
  ),
  at('lib/step/main.ts', /^return run\(program, args, /, program),
  at('lib/step/main.ts', /^return async \(program, args, options/, program),
  at(
    'lib/step/main.ts',
    /^checkResults: \(values/,
    'what it refuses is refused when the step returns it, too: a step calls it sooner, before it pushes anything',
  ),
  at(
    'lib/step/results.ts',
    /^const unknown = Object\.keys\(values\)\.find/,
    'names any of several',
    'find',
    'findLast',
  ),
  at(
    'lib/step/inputs.ts',
    /^const \{ name = '', list, value = '' \} = option;/,
    'a list has no value, and all else has one',
  ),
  at('lib/konflux/log-level.ts', /indexOf/, 'no level stands twice in the list', 'indexOf', 'lastIndexOf'),
  at(
    'lib/konflux/image-platform.ts',
    /^return parsePlatform/,
    'only a line break ends what the pattern takes, and a name of a host has none',
  ),
  at(
    'lib/step/results.ts',
    'const file = openSync(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);',
    'O_EXCL follows no link either',
    '|',
    '&',
  ),
  at('lib/step/results.ts', 'closeSync(file);', later),
  at(
    'lib/tekton/language/results.ts',
    /^const \{ steps = \[\]|^\.\.\.\(task\.when|^const \{ name, image|^return texts\.flatMap|^const \[, pipelineTask/,
    'what stands in for none has no expression, and so refers to nothing',
  ),
  at(
    'lib/tekton/language/graph.ts',
    /^for \(const child of children\.get/,
    'a name that is in no graph waits for nothing',
  ),
  at('lib/tekton/language/expressions.ts', "if (!text.includes('$(')) return [];", sooner),
  at(
    'lib/step/inputs.ts',
    /issue\?\./,
    'for the compiler: what is refused has an issue, and each issue a path and a message',
  ),
  at(
    'lib/step/inputs.ts',
    /^if \(!Array\.isArray\(wire\)/,
    'the issues of a list are of the whole, or of elements by their number',
  ),
  at('lib/step/results.ts', "if (!found.isFile()) return '';", 'a short text counts as few bytes as none'),
  at(
    'lib/step/results.ts',
    /^return found\.size > MESSAGE_LIMIT/,
    'at the limit itself it is over the budget with its name anyway',
  ),
  at(
    'lib/tekton/language/expressions.ts',
    "export function expressionsOfWhen({ input = '', cel = '', values = [] }: WhenExpression): readonly string[] {",
    'no variable stands in it',
  ),
  at(
    'lib/tekton/language/graph.ts',
    'return [...trail.slice(trail.indexOf(name)), name];',
    'no name stands twice in it',
  ),
  at('lib/tekton/language/quantities.ts', "if (typeof value === 'number') return undefined;", sooner),
  at(
    'lib/tekton/language/quantities.ts',
    "if (typeof value === 'number') return value;",
    'the text of a number is a quantity of the same value',
  ),
  at(
    'lib/tekton/language/param-value.ts',
    'return isList(value) ? value : Object.values(value);',
    'the values of a list are the list',
  ),
  at('lib/rpm/evr.ts', 'if (a === b) return 0;', sooner),
  at(
    'lib/rpm/evr.ts',
    "while (left !== '' || right !== '') {",
    'with nothing left on both sides it ends inside',
  ),
  at(
    'lib/tekton/language/graph.ts',
    /^const parents = stuck\.get|^name = stuck\.get/,
    'for the compiler: each name here is a key',
  ),
  at('lib/tekton/language/graph.ts', 'const trail: string[] = [];', 'the cycle is cut out of it', '[]'),
  at(
    'lib/tekton/language/matrix.ts',
    /typeof value === 'string' \? value : ''/,
    'the webhook lets nothing but text stand in a row',
  ),
  at(
    'lib/tekton/language/matrix.ts',
    /^\[\.\.\.combination\]\.sort/,
    'no name stands twice in it',
    '<',
    '<=',
  ),
  at('lib/tekton/language/params.ts', /^return length !== undefined/, 'no number is at least undefined'),
  at('lib/tekton/language/params.ts', /^if \(value !== undefined && isList/, 'undefined is no list'),
  at(
    'tasks/bootc-lint/read-left.ts',
    'while (length < buffer.length) {',
    'where nothing is left to read, nothing is read',
  ),
  at('tasks/bootc-lint/read-left.ts', 'await handle.close();', later),
  at('tasks/build-image-index/members.ts', /^return expected\.map/, 'for the compiler: none is missing'),
  at(
    'tasks/build-image-index/members.ts',
    /^return \[\.\.\.members\]\.sort/,
    'no name stands twice in it',
    '<',
    '<=',
  ),
  at(
    'lib/image-build/directory-image.ts',
    /^return found\?\.isFile|^referrers:|^tag:|^return 'pushed'/,
    unasked,
  ),
  at('lib/image-build/directory-image.ts', /^await handle\.close|\[Symbol\.asyncDispose\]/, later),
  at('lib/image-build/directory-image.ts', /^await writeFile\(join\(path, 'version'\)/, build),
  at('tasks/buildah-bootc/places.ts', /^export const /, build),
];

/** Why a mutant is let be; nothing where a test should notice it. */
export function reasonOf(mutant: JudgedMutant, line: string): string | undefined {
  return [...single, ...forms].find((reason) => reason.holds(mutant, line))?.why;
}
