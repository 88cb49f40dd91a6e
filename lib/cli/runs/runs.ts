import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { ExpectedError } from '#lib/errors';
import {
  defaultRunsDirectory,
  listRuns,
  pruneRuns,
  readLogs,
  readRun,
  removeRun,
  type StoredLine,
} from '#lib/local';
import { type RunSummary, runPicture } from '#lib/runs';
import { toYaml } from '#lib/tekton/objects';
import { printable, table, visibleJson } from '#lib/text';
import { append, cancelBySignal, count, directory, noOutput, usageError } from '../options/arguments.ts';
import { attestCommand } from './attest.ts';
import { checkRunCommand } from './check.ts';
import { describeRun } from './describe-run.ts';
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

function listCommand(): Command {
  return subcommand('list')
    .alias('ls')
    .description('List runs, the newest first.')
    .option('-o, --output <form>', 'table, name, json or yaml', 'table')
    .addHelpText(
      'after',
      '\nExamples:\n  bootc-catalog runs list\n  bootc-catalog runs list -o json | jq -r ".[] | select(.status == \\"Failed\\").name"',
    )
    .action(async ({ runsDirectory, output }: Place) => {
      process.stdout.write(listed(await listRuns(runsDirectory), output));
    });
}

function listed(runs: readonly RunSummary[], form = 'table'): string {
  switch (form) {
    case 'table':
      return table(
        ['NAME', 'PIPELINE', 'STARTED', 'DURATION', 'STATUS'],
        runs.map(({ name, pipeline, startedAt, seconds, status, reason }) => [
          name,
          pipeline === '' ? '-' : pipeline,
          startedAt.slice(0, 19).replace('T', ' '),
          `${seconds.toFixed(1)} s`,
          status === reason ? status : `${status} (${reason})`,
        ]),
      );
    case 'name':
      return runs.map(({ name }) => `${printable(name)}\n`).join('');
    case 'json':
      return `${visibleJson(runs)}\n`;
    case 'yaml':
      return toYaml(runs);
    default:
      throw noOutput(form, 'table, name, json or yaml');
  }
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
      '\nExamples:\n  bootc-catalog runs logs --follow\n  bootc-catalog runs logs bootc-compose-run-x2k4p build compile',
    )
    .action(
      async (
        name: string | undefined,
        task: string | undefined,
        step: string | undefined,
        options: LogsOptions,
      ) => {
        const { summary } = await readRun(options.runsDirectory, name);
        const write = lineWriter(options);
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
