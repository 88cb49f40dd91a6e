import { Command, CommanderError } from 'commander';
import { ExpectedError, explain } from '#lib/errors';
import { bundleCommand } from './bundle.ts';
import { completionCommand } from './completion.ts';
import { composeCommand } from './compose.ts';
import { exitCode } from './exit-codes.ts';
import { ExitError } from './exit-error.ts';
import { publishCommand } from './publish.ts';
import { renderCommand } from './render.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';

export function program(): Command {
  const root = new Command('bootc-catalog')
    .description('Tekton tasks and pipelines for bootc images: render, publish and run them.')
    .version('0.1.0')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
  const commands = [
    renderCommand(),
    publishCommand(),
    bundleCommand(),
    runCommand(),
    runsCommand(),
    composeCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  root.addCommand(completionCommand(root));
  for (const command of everyCommand(root)) command.exitOverride();
  return root;
}

/** Runs the command line and sets the exit code; an error is told once, here. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = codeOf(error);
    // Commander has said its own errors already.
    if (!(error instanceof CommanderError)) process.stderr.write(`error: ${explain(error)}\n`);
  }
}

export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof ExitError) return error.code;
  const name = error instanceof Error ? error.name : '';
  if (/^Invalid(?:Definition|Object|Run|Bundle)Error$|^(?:Unsupported|Unfit|UnknownItem)Error$/.test(name))
    return exitCode.invalid;
  return error instanceof ExpectedError ? exitCode.environment : exitCode.failed;
}
