import { Command } from 'commander';
import { ExpectedError } from '#lib/errors';
import { defaultRunsDirectory, readCommand, readRun } from '#lib/local';
import { runModel } from '#lib/runs';
import { printable } from '#lib/text';
import { directory, usageError } from '../options/arguments.ts';
import { exitCodesHelp } from '../options/exit-codes.ts';
import { withoutOptions } from '../options/without-options.ts';

/** Runs a command line in the place of this one. */
export type RunInstead = (argv: readonly string[]) => Promise<void>;

/** @param runInstead what runs the command line of the earlier run with what is different now */
export function resumeCommand(runInstead: RunInstead): Command {
  return new Command('resume')
    .alias('rerun')
    .description(
      'Run again what failed of a run, by the command that ran it; what had succeeded is taken from it.',
    )
    .argument('[run]', 'a PipelineRun that has ended; the last run unless told')
    .option('--from <task>', 'where to begin; the first task that failed unless told')
    .option('--all', 'all of it again, with nothing taken from it', false)
    .option('--runs-directory <directory>', 'where runs are kept', directory, defaultRunsDirectory())
    .addHelpText(
      'after',
      `
${exitCodesHelp('done', 'usage', 'environment', 'invalid', 'runFailed', 'timedOut', 'cancelled')}

Examples:
  bootc-catalog runs resume
  bootc-catalog runs resume bootc-compose-run-x2k4p --from build
  bootc-catalog runs resume --all`,
    )
    .action(async (name: string | undefined, options: ResumeOptions) => {
      await runInstead(await commandOf(name, options));
    });
}

interface ResumeOptions {
  readonly runsDirectory: string;
  readonly from?: string;
  readonly all: boolean;
}

/** What chooses parts of a run. */
const PARTS = ['--from', '--from-run', '--only', '--result', '--runs-directory'];

async function commandOf(
  name: string | undefined,
  { runsDirectory, from, all }: ResumeOptions,
): Promise<readonly string[]> {
  const stored = await readRun(runsDirectory, name);
  const { summary } = stored;
  const kept = await readCommand(summary.directory);
  if (!kept)
    throw new ExpectedError(`nothing says how ${printable(summary.name)} was run`, {
      kind: 'invalid',
      hint: 'give its files again: bootc-catalog run -f … --from-run <run> --from <task>',
    });
  if (kept.arguments.includes('-'))
    throw new ExpectedError(`${printable(summary.name)} was read from standard input, which is gone`, {
      kind: 'invalid',
    });
  if (kept.arguments.some((word) => word.includes('***')))
    throw new ExpectedError(`${printable(summary.name)} was given a password, which is not kept`, {
      kind: 'invalid',
      hint: 'give the command again, with --from-run <run> --from <task>',
    });
  // What is relative in the command was seen from there.
  process.chdir(kept.directory);
  const words = [...withoutOptions(kept.arguments, PARTS), '--runs-directory', runsDirectory];
  if (from !== undefined && (all || summary.kind === 'TaskRun'))
    throw usageError(`--from is of no use for ${all ? '--all' : 'a TaskRun, which has no tasks'}`);
  if (all || summary.kind === 'TaskRun') return words;
  const task = from ?? firstFailed(runModel(stored)?.tasks ?? []);
  if (task === undefined)
    throw new ExpectedError(`no task of ${printable(summary.name)} has failed`, {
      kind: 'invalid',
      hint: '--from <task> says where to begin, --all runs all of it again',
    });
  return [...words, '--from-run', summary.name, '--from', task];
}

function firstFailed(
  tasks: readonly {
    readonly name: string;
    readonly status: string;
    readonly runs: readonly { readonly endedAt: number }[];
  }[],
): string | undefined {
  const bad = tasks.filter(({ status }) => status === 'Failed' || status === 'Cancelled');
  const endOf = ({ runs }: (typeof tasks)[number]) => Math.min(...runs.map(({ endedAt }) => endedAt));
  return bad.toSorted((a, b) => endOf(a) - endOf(b))[0]?.name;
}
