import type { Command, Option } from 'commander';
import { parse } from 'yaml';
import { suggestion } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { usageError } from './options/arguments.ts';
import type { ConfigText } from './options/config-text.ts';

/**
 * A command line with what its user types each time. No file of the directory is read by itself: what somebody else's
 * checkout says must not open this machine to its own steps.
 *
 * @param root with the commands that are there
 */
export function withConfigured(
  argv: readonly string[],
  root: Command,
  { text, file }: ConfigText,
): readonly string[] {
  const { command, words } = called(argv, root);
  const options = optionsIn(text, file).get(words.join(' '));
  if (words.length === 0 || options === undefined) return argv;
  return [...words, ...argumentsOf(options, command, file), ...argv.slice(words.length)];
}

/** The command that is called, by the words with which the command line begins. */
function called(
  argv: readonly string[],
  root: Command,
): { readonly command: Command; readonly words: readonly string[] } {
  let command = root;
  const words: string[] = [];
  for (const word of argv) {
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (!child) break;
    command = child;
    words.push(child.name());
  }
  return { command, words };
}

type Options = Readonly<Record<string, unknown>>;

function optionsIn(text: string, file: string): ReadonlyMap<string, Options> {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw usageError(`${printable(file, 1_000)} is not YAML: ${printable((error as Error).message, 500)}`);
  }
  if (content === null || content === undefined) return new Map();
  if (!isMap(content))
    throw wrong(file, 'expected commands, each with its options', 'write run: {network: host}');
  return new Map(
    Object.entries(content).map(([name, options]) => {
      if (!isMap(options)) throw wrong(file, `${name}: expected options by their names`);
      return [name, options];
    }),
  );
}

function isMap(value: unknown): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function argumentsOf(options: Options, command: Command, file: string): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (!option) {
      const known = command.options.flatMap(({ long }) => long?.slice(2) ?? []);
      const meant = suggestion(name, known);
      throw wrong(
        file,
        `${command.name()} has no option ${name}`,
        meant === undefined ? undefined : `did you mean ${meant}?`,
      );
    }
    return valuesOf(option, value, file);
  });
}

/** A list is the option several times; a map is `name=value` several times. */
function valuesOf(
  { long = '', required, optional }: Option,
  value: unknown,
  file: string,
): readonly string[] {
  if (!required && !optional) {
    if (typeof value === 'boolean') return value ? [long] : [];
    throw wrong(file, `${long.slice(2)}: expected true or false`);
  }
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : isMap(value)
      ? Object.entries(value).map(([name, one]) => (isPlain(one) ? `${name}=${String(one)}` : one))
      : [value];
  return list.map((one) => {
    if (isPlain(one)) return `${long}=${String(one)}`;
    throw wrong(file, `${long.slice(2)}: expected a text, a number, a list or a map of them`);
  });
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function wrong(file: string, message: string, hint?: string) {
  return usageError(`${printable(file, 1_000)}: ${printable(message)}`, hint);
}
