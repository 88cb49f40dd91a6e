import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '#lib/runs';
import { commandLine } from '#lib/text';

/** The arguments by which a run was asked for, and where. */
export interface KeptCommand {
  readonly arguments: readonly string[];
  /** Relative paths in them are meant from here. */
  readonly directory: string;
}

export const COMMAND_FILE = 'command.json';

/** Undefined for a run that was asked for otherwise, and for a file that is damaged. */
export async function readCommand(runDirectory: string): Promise<KeptCommand | undefined> {
  const text = await readFile(join(runDirectory, COMMAND_FILE), 'utf8').catch(() => '');
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value.directory !== 'string' || !Array.isArray(value.arguments))
      return undefined;
    const words = value.arguments.filter((one) => typeof one === 'string');
    return words.length === value.arguments.length
      ? { arguments: words, directory: value.directory }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The command as one types it. */
export function commandText(command: KeptCommand | undefined): string | undefined {
  return command && commandLine(['bootc-catalog', ...command.arguments]);
}
