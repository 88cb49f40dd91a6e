import { basename, join, relative } from 'node:path';
import { redact } from '#lib/errors';
import type { Ending, Way, WaysOn } from '#lib/runs';
import { commandLine, printable } from '#lib/text';
import { withoutOptions } from '../options/without-options.ts';

/**
 * What can be done after a run, as commands that can be copied.
 *
 * @param argv the command line as it was given
 * @param runsDirectory where runs are kept, where that was said
 */
export function waysOn(argv: readonly string[], runsDirectory?: string): WaysOn {
  return (ending) => {
    const { status, directory, failures } = ending;
    if (directory === undefined) return [];
    const page = { name: 'page', how: shown(join(near(directory), 'run.html')) };
    if (status === 'Succeeded') return [page];
    const [first] = failures;
    const place = runsDirectory === undefined ? [] : ['--runs-directory', runsDirectory];
    const task = first && first.taskRun !== ending.run ? [first.label] : [];
    const logs = ['runs', 'logs', basename(directory), ...task, ...place];
    return [
      { name: 'logs', how: command(logs) },
      { ...page, how: `${page.how}  (${command(['runs', 'open', ...place])})` },
      ...(status === 'Failed' ? again(argv, ending) : []),
    ];
  };
}

/** The same command with what helps now. Standard input is read already, and cannot be given again. */
function again(argv: readonly string[], { failures, run }: Ending): readonly Way[] {
  const [first] = failures;
  if (!first || argv.includes('-')) return [];
  const inside = withoutOptions(argv, ['--break-on']);
  const resumed = withoutOptions(argv, [...DEBUGGING, ...TAKEN_ALONG]);
  const task = first.task.split('/')[0] ?? '';
  return [
    ...(first.step === undefined
      ? []
      : [{ name: 'inside', how: command([...inside, '--break-on', 'failure']) }]),
    ...(first.taskRun === run ? [] : [{ name: 'again', how: command([...resumed, '--from', task]) }]),
  ];
}

const DEBUGGING = ['--break-on', '--from', '--from-run', '--only', '--result'];
/** A resumed run takes them from the earlier one. */
const TAKEN_ALONG = ['-p', '--param', '-w', '--workspace'];

function command(words: readonly string[]): string {
  return ['bootc-catalog', ...words].map((word) => shown(commandLine([redact(word)]))).join(' ');
}

function shown(text: string): string {
  return printable(text, 1_000);
}

/** Seen from here, where that is shorter. */
function near(path: string): string {
  const seen = relative(process.cwd(), path);
  return seen.length < path.length && !seen.startsWith('..') ? seen : path;
}
