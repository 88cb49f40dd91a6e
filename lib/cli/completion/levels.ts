import type { Argument, Command, Option } from 'commander';

/** What can follow a word on the command line. */
export interface Slot {
  readonly kind: 'nothing' | 'words' | 'file' | 'directory' | 'run';
  readonly words: readonly string[];
}

export interface Word {
  readonly name: string;
  readonly description: string;
}

/** An option with what it takes; both of its names, where it has two. */
export interface OptionWord extends Word {
  readonly names: readonly string[];
  /** Undefined for one that takes nothing. */
  readonly value: Slot | undefined;
}

/** A command, by the words that lead to it, with all that can follow. */
export interface Level {
  readonly path: readonly string[];
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  readonly argument: Slot;
}

/** Every command; made from the commands themselves, so that it cannot fall behind them. */
export function levelsOf(command: Command, path: readonly string[] = [command.name()]): readonly Level[] {
  const own: Level = {
    path,
    commands: command.commands.map((child) => ({
      name: child.name(),
      description: short(child.description()),
    })),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionWord), HELP],
    argument: slotOfArgument(command.registeredArguments[0]),
  };
  return [own, ...command.commands.flatMap((child) => levelsOf(child, [...path, child.name()]))];
}

const NOTHING: Slot = { kind: 'nothing', words: [] };
const HELP: OptionWord = {
  name: '--help',
  names: ['--help', '-h'],
  description: 'display help for command',
  value: undefined,
};

function optionWord(option: Option): OptionWord {
  const { long, short: letter, description, flags, argChoices, required, optional } = option;
  const names = [long, letter].filter((name) => name !== undefined);
  const value = required || optional ? slotOf(flags, argChoices ?? [], description) : undefined;
  return { name: names[0] ?? '', names, description: short(description), value };
}

function slotOfArgument(argument: Argument | undefined): Slot {
  return argument ? slotOf(`<${argument.name()}>`, argument.argChoices ?? [], '') : NOTHING;
}

/** By the name of the place, as the help shows it. */
function slotOf(flags: string, choices: readonly string[], description: string): Slot {
  if (choices.length > 0) return { kind: 'words', words: choices };
  const [, name = ''] = /[<[](?:[\w.]+=)?([\w-]+)/.exec(flags) ?? [];
  if (/^(?:run|from-run)$/.test(name) || flags.startsWith('--from-run')) return { kind: 'run', words: [] };
  if (name === 'form') return { kind: 'words', words: formsIn(description) };
  if (name === 'directory') return { kind: 'directory', words: [] };
  if (/^(?:file|path|reference|place|bundle|image|object)$/.test(name)) return { kind: 'file', words: [] };
  return NOTHING;
}

const forms = /\b(?:tree|plain|graph|table|name|text|json|yaml|markdown|sarif|junit|github|gitlab)\b/g;

/** The forms of an output stand in its description alone. */
function formsIn(description: string): readonly string[] {
  return [...new Set(description.match(forms) ?? [])];
}

/** The first sentence, without what a shell would take for its own. */
function short(text: string): string {
  return (text.split(/(?<=\w)[.;] |\.$/)[0] ?? '').replaceAll(/['"`$\\]/g, '').slice(0, 100);
}
