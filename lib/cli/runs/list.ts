import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultRunsDirectory, listRuns } from '#lib/local';
import { elapsed, type RunSummary, runsPage } from '#lib/runs';
import { toYaml } from '#lib/tekton/objects';
import { type Paint, printable, type Style, table, visibleJson } from '#lib/text';
import { append, count, directory, noOutput } from '../options/arguments.ts';
import { paintFor, type When } from '../options/colour.ts';

const statuses = ['Succeeded', 'Failed', 'TimedOut', 'Cancelled', 'Running', 'Interrupted'] as const;

interface ListOptions {
  readonly runsDirectory: string;
  readonly status: readonly string[];
  readonly pipeline?: string;
  readonly last?: number;
  readonly html?: string;
  readonly output: string;
  readonly color?: When;
}

export function listCommand(): Command {
  return new Command('list')
    .alias('ls')
    .description('List runs, the newest first.')
    .option('--runs-directory <directory>', 'where runs are kept', directory, defaultRunsDirectory())
    .addOption(
      new Option('--status <status>', 'only runs that ended so; may be repeated')
        .choices(statuses)
        .argParser(statusIn)
        .default([]),
    )
    .option('--pipeline <name>', 'only runs of this Pipeline, or that are called so')
    .option('--last <number>', 'only so many', count)
    .option('--html <file>', 'write a page there instead, with the way to that of each run')
    .option('-o, --output <form>', 'table, name, json or yaml', 'table')
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog runs list
  bootc-catalog runs list --status Failed --last 5
  bootc-catalog runs list --html ~/.local/state/bootc-catalog/runs/index.html
  bootc-catalog runs list -o json | jq -r ".[] | select(.status == \\"Failed\\").name"`,
    )
    .action(async (options: ListOptions) => {
      const { runsDirectory, html, output, color } = options;
      const runs = chosen(await listRuns(runsDirectory), options);
      if (html !== undefined) return writeFile(html, runsPage(runs, html));
      process.stdout.write(listed(runs, output, paintFor(process.stdout, color)));
    });
}

function statusIn(text: string, list: readonly string[]): readonly string[] {
  if (!(statuses as readonly string[]).includes(text))
    throw new InvalidArgumentError(`Choose ${statuses.join(', ')}.`);
  return append(text, list);
}

function chosen(runs: readonly RunSummary[], { status, pipeline, last }: ListOptions): readonly RunSummary[] {
  return runs
    .filter((run) => status.length === 0 || status.includes(run.status))
    .filter((run) => pipeline === undefined || run.pipeline === pipeline || run.name.startsWith(pipeline))
    .slice(0, last);
}

const styles: Readonly<Record<string, Style>> = {
  Succeeded: 'good',
  Failed: 'bad',
  TimedOut: 'bad',
  Cancelled: 'odd',
  Interrupted: 'odd',
};

function listed(runs: readonly RunSummary[], form: string, paint: Paint): string {
  switch (form) {
    case 'table': {
      const [head = '', ...lines] = table(HEAD, runs.map(cellsOf)).trimEnd().split('\n');
      const painted = lines.map((line, index) => paint(styles[runs[index]?.status ?? ''] ?? 'dim', line));
      return `${[paint('strong', head), ...painted].join('\n')}\n`;
    }
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

const HEAD = ['NAME', 'STATUS', 'FAILED', 'PIPELINE', 'STARTED', 'AGE', 'DURATION'];

function cellsOf({
  name,
  pipeline,
  startedAt,
  seconds,
  status,
  reason,
  failed,
}: RunSummary): readonly string[] {
  const [first, ...more] = failed;
  return [
    name,
    status === reason ? status : `${status} (${reason})`,
    first === undefined ? '-' : `${first}${more.length > 0 ? ` and ${more.length} more` : ''}`,
    pipeline === '' ? '-' : pipeline,
    startedAt.slice(0, 19).replace('T', ' '),
    ageOf(startedAt),
    elapsed(seconds),
  ];
}

/** Since when, as roughly as one thinks of it: `5 min`, `3 h`, `12 d`. */
function ageOf(startedAt: string, now = Date.now()): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(startedAt)) / 60_000));
  if (Number.isNaN(minutes)) return '-';
  if (minutes < 1) return 'now';
  if (minutes < 90) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / (24 * 60))} d`;
}
