import { formatPlatform, type Platform } from '#lib/oci';
import type { Fail } from './errors.ts';
import { expandWord, type Lookup } from './expand.ts';
import { splitPairs } from './pairs.ts';
import type { Containerfile, Instruction } from './parse-containerfile.ts';
import { splitWords } from './words.ts';

/** What a build is given from outside. */
export interface BuildInputs {
  readonly buildArgs: ReadonlyMap<string, string>;
  /** What the image is for. */
  readonly platform: Platform;
  /** What it is built on; the same platform where nothing is said. */
  readonly buildPlatform?: Platform;
}

/** The variables that FROM sees: the ARGs before the first one, and those that every build has. */
export type Heading = ReadonlyMap<string, string>;

export function readHeading(containerfile: Containerfile, inputs: BuildInputs, fail: Fail): Heading {
  const heading = new Map(platformVariables(inputs));
  for (const instruction of containerfile.arguments) {
    // The words of one ARG see the ARGs before it, but not each other.
    const before: Lookup = (name) => heading.get(name);
    const found = readArgs(instruction, containerfile, fail).map(({ name, word }) => {
      const given = inputs.buildArgs.get(name);
      const value = word === undefined ? undefined : expandIn(instruction, word, before, fail);
      return [name, given ?? value] as const;
    });
    for (const [name, value] of found) if (value !== undefined) heading.set(name, value);
  }
  return heading;
}

/**
 * The variables at one place of a stage. A name of ENV has no value here: versions of buildah differ in whether
 * `COPY --from` sees it.
 */
export interface Scope {
  readonly args: Map<string, string>;
  readonly env: Set<string>;
}

/** What the instruction adds to the scope, where it is ARG or ENV. */
export function addToScope(
  scope: Scope,
  instruction: Instruction,
  given: {
    readonly containerfile: Containerfile;
    readonly heading: Heading;
    readonly inputs: BuildInputs;
    readonly fail: Fail;
  },
): void {
  const { containerfile, heading, inputs, fail } = given;
  if (instruction.keyword === 'ARG') {
    for (const { name, word } of readArgs(instruction, containerfile, fail)) {
      const own = word === undefined ? heading.get(name) : tryExpand(instruction, word, scope, fail);
      const value = inputs.buildArgs.get(name) ?? own;
      if (value !== undefined) scope.args.set(name, value);
    }
  }
  if (instruction.keyword === 'ENV') {
    const { escapeToken } = containerfile;
    for (const [name] of splitPairs(instruction, escapeToken, fail)) scope.env.add(name);
  }
}

/** @throws {InvalidContainerfileError} when a variable has no value that is known before the build */
export function expandInScope(word: string, instruction: Instruction, scope: Scope, fail: Fail): string {
  const value = tryExpand(instruction, word, scope, fail);
  if (value !== undefined) return value;
  throw fail(
    instruction.line,
    `${word} depends on a variable whose value is not known before the build`,
    'give it one by an ARG of the stage',
  );
}

/** The word with its variables replaced; undefined where one of them is not known. */
function tryExpand(instruction: Instruction, word: string, scope: Scope, fail: Fail): string | undefined {
  let isKnown = true;
  const lookup: Lookup = (name) => {
    const value = scope.env.has(name) ? undefined : scope.args.get(name);
    isKnown &&= value !== undefined;
    return value;
  };
  const value = expandIn(instruction, word, lookup, fail);
  return isKnown ? value : undefined;
}

export function expandIn({ line }: Instruction, word: string, lookup: Lookup, fail: Fail): string {
  return expandWord(word, lookup, (why) => fail(line, why));
}

interface Argument {
  readonly name: string;
  /** Its default, as written. */
  readonly word: string | undefined;
}

function readArgs(instruction: Instruction, { escapeToken }: Containerfile, fail: Fail): readonly Argument[] {
  const { words } = splitWords(instruction.text, escapeToken);
  if (words.length === 0) throw fail(instruction.line, 'ARG has no name');
  return words.map((word) => {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    if (!/^[A-Za-z_]\w*$/.test(name)) throw fail(instruction.line, 'ARG has a name that is none');
    return { name, word: equals === -1 ? undefined : word.slice(equals + 1) };
  });
}

/** The variables that a build has without an ARG (containers-common, Containerfile.5, "ARG"). */
function platformVariables({ platform, buildPlatform = platform }: BuildInputs): [string, string][] {
  return Object.entries({ TARGET: platform, BUILD: buildPlatform }).flatMap(
    ([prefix, one]): [string, string][] => [
      [`${prefix}PLATFORM`, formatPlatform(one)],
      [`${prefix}OS`, one.os],
      [`${prefix}ARCH`, one.architecture],
      [`${prefix}VARIANT`, one.variant ?? ''],
    ],
  );
}
