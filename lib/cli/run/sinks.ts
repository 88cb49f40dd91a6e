import { appendFileSync, writeFileSync } from 'node:fs';
import {
  github,
  gitlab,
  groupedSink,
  jsonSink,
  junitReport,
  markdownReport,
  plainSink,
  reportSink,
  type Sink,
  treeSink,
} from '#lib/runs';
import { noOutput, usageError } from '../options/arguments.ts';
import { paintFor } from '../options/colour.ts';
import type { RunCommandOptions } from './run-options.ts';
import type { SharedOutput } from './shared-output.ts';
import { waysOn } from './ways-on.ts';

/** What a caller reads the run from. */
export interface Outputs {
  /** The form of standard output. */
  readonly form: string | undefined;
  readonly junit: string | undefined;
}

/** `plain`, `junit=<file>`: one form for standard output, and files. */
export function parseOutputs(given: readonly string[]): Outputs {
  const files = given.filter((one) => one.startsWith('junit='));
  const forms = given.filter((one) => !files.includes(one));
  if (forms.length > 1)
    throw usageError('standard output can have one form', `choose one of ${forms.join(', ')}`);
  const file = files.at(-1)?.slice('junit='.length);
  if (file === '') throw usageError('junit needs a file', 'write --output junit=<file>');
  return { form: forms[0], junit: file };
}

/** All that tell of a run, of which a forge may ask for some by its environment. */
export function sinksOf(
  options: RunCommandOptions,
  output: SharedOutput,
  argv: readonly string[],
  { GITHUB_STEP_SUMMARY }: NodeJS.ProcessEnv = process.env,
): readonly Sink[] {
  const { form, junit } = parseOutputs(options.output);
  const reports = [
    ...(junit === undefined ? [] : [reportSink(junitReport, (text) => writeFileSync(junit, text))]),
    ...(GITHUB_STEP_SUMMARY
      ? [reportSink(markdownReport, (text) => appendFileSync(GITHUB_STEP_SUMMARY, text))]
      : []),
  ];
  return [standardOutput(form, options, output, argv), ...reports];
}

function standardOutput(
  given: string | undefined,
  options: RunCommandOptions,
  { write, isTaken }: SharedOutput,
  argv: readonly string[],
): Sink {
  const { stdout } = process;
  const manner = {
    paint: paintFor(stdout, options.color),
    waysOn: waysOn(argv, options.runsDirectory),
    detail: options.quiet ? 'quiet' : options.verbose ? 'verbose' : 'usual',
  } as const;
  const form = given ?? usualForm(stdout.isTTY, process.env);
  switch (form) {
    case 'tree':
      return treeSink({
        ...manner,
        write,
        isTaken,
        columns: () => stdout.columns || 80,
        rows: () => stdout.rows || 24,
      });
    case 'plain':
      return plainSink(write, manner);
    case 'github':
      return groupedSink(write, github, manner);
    case 'gitlab':
      return groupedSink(write, gitlab, manner);
    case 'json':
      return jsonSink(write);
    default:
      throw noOutput(form, 'tree, plain, json, github, gitlab, or junit=<file> beside them');
  }
}

function usualForm(isTerminal: boolean, { GITHUB_ACTIONS, GITLAB_CI }: NodeJS.ProcessEnv): string {
  if (isTerminal) return 'tree';
  if (GITHUB_ACTIONS === 'true') return 'github';
  return GITLAB_CI === 'true' ? 'gitlab' : 'plain';
}
