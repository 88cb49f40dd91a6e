import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { ExpectedError } from '#lib/errors';
import {
  defaultRunsDirectory,
  findRun,
  listRuns,
  pruneRuns,
  readLogs,
  readRun,
  removeKilled,
  removeRun,
  type StoredLine,
} from '#lib/local';
import { makeLabels, type RunSummary, readEvents, runPicture } from '#lib/runs';
import { toYaml } from '#lib/tekton/objects';
import { printable, visibleJson } from '#lib/text';
import { append, cancelBySignal, count, directory, noOutput, usageError } from '../options/arguments.ts';
import { attestCommand } from './attest.ts';
import { checkRunCommand } from './check.ts';
import { describeRun } from './describe-run.ts';
import { listCommand } from './list.ts';
import { openCommand } from './open.ts';
import { type RunInstead, resumeCommand } from './resume.ts';

interface Place {
  readonly runsDirectory: string;
  readonly output?: string;
}

/** @param runInstead runs another command line */
export function runsCommand(runInstead: RunInstead): Command {
  return new Command('runs')
    .description('Show the runs that were made on this machine, and remove them.')
    .addCommand(listCommand())
    .addCommand(logsCommand())
    .addCommand(describeCommand())
    .addCommand(openCommand())
    .addCommand(resumeCommand(runInstead))
    .addCommand(attestCommand())
    .addCommand(checkRunCommand())
    .addCommand(removeCommand())
    .addCommand(pruneCommand());
}

function subcommand(name: string): Command {
  return new Command(name).option(
    '--runs-directory <directory>',
    'where runs are kept',
    directory,
    defaultRunsDirectory(),
  );
}

interface LogsOptions extends Place {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly task: readonly string[];
}

function logsCommand(): Command {
  return subcommand('logs')
    .description('Print what the steps of a run wrote, with task and step in front as while it ran.')
    .argument('[run]', 'which run; the last one unless told')
    .argument('[task]', 'only this task or TaskRun')
    .argument('[step]', 'only this step')
    .option('--task <task>', 'only this task or TaskRun, of the last run too; may be repeated', append, [])
    .option('-f, --follow', 'go on until the run ends', false)
    .option('-t, --timestamps', 'with the time of each line', false)
    .option('-o, --output <form>', 'plain or json (one line each)', 'plain')
    .addHelpText(
      'after',
      '\nExamples:\n  bootc-catalog runs logs --follow\n  bootc-catalog runs logs build                 a task of the last run\n  bootc-catalog runs logs bootc-compose-run-x2k4p build compile',
    )
    .action(
      async (
        name: string | undefined,
        task: string | undefined,
        step: string | undefined,
        options: LogsOptions,
      ) => {
        const write = lineWriter(options);
        const { summary, isTask } = await runOrTask(options.runsDirectory, name);
        if (isTask && name !== undefined) [step, task] = [task, name];
        const { graceful, stop } = cancelBySignal();
        const tasks = task === undefined ? options.task : [...options.task, task];
        try {
          const lines = readLogs(summary, {
            ...(tasks.length > 0 && { tasks }),
            ...(step !== undefined && { steps: [step] }),
            follow: options.follow,
            signal: graceful,
          });
          for await (const line of lines) await write(line);
        } finally {
          stop();
        }
      },
    );
}

/** The run of a name; or else the last run, where the name is that of one of its tasks. */
async function runOrTask(
  runsDirectory: string,
  name: string | undefined,
): Promise<{ readonly summary: RunSummary; readonly isTask: boolean }> {
  const runs = await listRuns(runsDirectory);
  const [last] = runs;
  if (name === undefined || !last || runs.some((run) => run.name === name))
    return { summary: await findRun(runsDirectory, name), isTask: false };
  const events = await readEvents(last.directory);
  const labels = makeLabels(events);
  const isTask = events.some(
    (event) => event.type === 'task-start' && [event.task, event.taskRun, labels.of(event)].includes(name),
  );
  return isTask ? { summary: last, isTask } : { summary: await findRun(runsDirectory, name), isTask };
}

function lineWriter({ output, timestamps }: LogsOptions): (line: StoredLine) => Promise<void> | undefined {
  if (output === 'json') return (line) => written(`${visibleJson(line)}\n`);
  if (output !== 'plain') throw noOutput(output, 'plain or json');
  return (line) => {
    const time = timestamps ? `${printable(line.time)} ` : '';
    return written(`${time}[${printable(`${line.label} : ${line.step}`)}] ${line.text}\n`);
  };
}

/** Waits for a slow reader: a log may be larger than the memory. */
function written(text: string): Promise<void> | undefined {
  if (process.stdout.write(text)) return undefined;
  return Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).then(() => undefined);
}

function describeCommand(): Command {
  return subcommand('describe')
    .alias('show')
    .description('Tell how a run went: params, results, tasks, and the last lines of what failed.')
    .argument('[run]', 'which run; the last one unless told')
    .option('--html <file>', 'write a page with its graph and timeline there instead')
    .option('-o, --output <form>', 'text, or the finished PipelineRun as yaml or json', 'text')
    .addHelpText(
      'after',
      '\nExamples:\n  bootc-catalog runs describe\n  bootc-catalog runs describe bootc-compose-run-x2k4p --html run.html',
    )
    .action(
      async (
        name: string | undefined,
        { runsDirectory, output, html }: Place & { readonly html?: string },
      ) => {
        const stored = await readRun(runsDirectory, name);
        if (html !== undefined) return writeFile(html, await runPicture(stored));
        if (output === 'text') return void process.stdout.write(await describeRun(stored));
        if (output !== 'json' && output !== 'yaml') throw noOutput(output, 'text, yaml or json');
        if (!stored.run) {
          const hint = 'it is written when the run ends';
          throw new ExpectedError(`${stored.summary.name} has no status yet`, { hint });
        }
        process.stdout.write(output === 'json' ? `${visibleJson(stored.run)}\n` : toYaml(stored.run));
      },
    );
}

function removeCommand(): Command {
  return subcommand('remove')
    .alias('rm')
    .description('Remove runs with their logs.')
    .argument('<run...>', 'which')
    .addHelpText('after', '\nExample:\n  bootc-catalog runs remove bootc-compose-run-x2k4p')
    .action(async (names: readonly string[], { runsDirectory }: Place) => {
      for (const name of names) {
        await removeKilled(runsDirectory);
        await removeRun(runsDirectory, name);
        process.stdout.write(`${printable(name)}\n`);
      }
    });
}

interface PruneOptions extends Place {
  readonly keep?: number;
  readonly olderThan?: number;
}

function pruneCommand(): Command {
  return subcommand('prune')
    .description('Remove old runs; one that goes on stays. With both options, only what both name.')
    .option('--keep <number>', 'so many of the newest stay', count)
    .option('--older-than <time>', 'only what is older: 30d, 12h, 45m', age)
    .addHelpText(
      'after',
      '\nExamples:\n  bootc-catalog runs prune --keep 20\n  bootc-catalog runs prune --older-than 30d',
    )
    .action(async ({ runsDirectory, keep, olderThan }: PruneOptions) => {
      if (keep === undefined && olderThan === undefined) {
        throw usageError('cannot prune: nothing says what is to stay', 'give --keep or --older-than');
      }
      await removeKilled(runsDirectory);
      const removed = await pruneRuns(runsDirectory, {
        ...(keep !== undefined && { keep }),
        ...(olderThan !== undefined && { youngerThan: olderThan }),
      });
      process.stdout.write(removed.map(({ name }) => `${printable(name)}\n`).join(''));
    });
}

function age(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,5})([dhm])$/.exec(text) ?? [];
  if (number === '') throw new InvalidArgumentError('Write a number with d, h or m: 30d.');
  return Number(number) * ({ d: 86_400_000, h: 3_600_000, m: 60_000 }[unit] ?? 0);
}
