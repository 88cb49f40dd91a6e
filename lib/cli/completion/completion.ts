import { Argument, Command } from 'commander';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { type Level, levelsOf } from './levels.ts';
import { zshScript } from './zsh.ts';

const scripts: Readonly<Record<string, (levels: readonly Level[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `eval "$(bootc-catalog completion bash)"`; with the values of options, names of runs, and files where they belong. */
export function completionCommand(root: Command): Command {
  return new Command('completion')
    .description('Print a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'whose script').choices(Object.keys(scripts)))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(bootc-catalog completion bash)"
  bootc-catalog completion zsh > ~/.zfunc/_bootc-catalog
  bootc-catalog completion fish > ~/.config/fish/completions/bootc-catalog.fish`,
    )
    .action((shell: string) => void process.stdout.write(scripts[shell]?.(levelsOf(root)) ?? ''));
}
