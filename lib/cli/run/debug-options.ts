import type { Command } from 'commander';
import { type DebugOptions, type OnBreak, parseBreakpoint, type RunPlan } from '#lib/local';
import { toYaml } from '#lib/tekton/objects';
import { type Paint, visibleJson } from '#lib/text';
import { append, given, noOutput, pair } from '../options/arguments.ts';
import { planGraph } from './plan-graph.ts';

export interface DebugChoice {
  readonly breakOn: readonly string[];
  readonly from?: string;
  readonly fromRun?: string;
  readonly only: readonly string[];
  readonly result: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
}

export function withDebugOptions(command: Command): Command {
  return command
    .option(
      '--break-on <where>',
      'failure, or before=<task>/<step>: stop there, with a shell in the container; may be repeated',
      append,
      [],
    )
    .option('--from <task>', 'resume the last failed run of the pipeline at this task')
    .option('--from-run <name>', 'for --from and --only: the run whose results and volumes are taken')
    .option('--only <task>', 'run only this task; may be repeated', append, [])
    .option(
      '--result <task.result=value>',
      'for --only: a result of a task that does not run; may be repeated',
      pair,
      {},
    )
    .option('--dry-run', 'show what would run with everything put in, and start nothing', false);
}

export const debugHelp = `
Debugging: with --break-on, a terminal gets a shell in the step's container, then a question whether to go on; without
one, the way in and the ways on are printed, and the run waits. Timeouts go on meanwhile, and the image must have
/bin/sh. --from takes the results of the tasks that had succeeded, and the volumes of the run, which are kept for the
last three that failed. Params and workspaces that neither the files nor the command line give are those of that run.

  bootc-catalog run -f ci.yaml --break-on failure --break-on before=build/push
  bootc-catalog run -f ci.yaml --from build                   the last failed run, from task build on
  bootc-catalog run -f ci.yaml --only test --result build.IMAGE=quay.io/a/b@sha256:…
  bootc-catalog run -f ci.yaml --only test --from-run ci-x2k4p
  bootc-catalog run -f ci.yaml --dry-run -o json | jq '.tasks[] | {name, state, open}'`;

export function debugOptions(
  { breakOn, from, fromRun, only, result }: DebugChoice,
  onBreak: OnBreak | undefined,
): DebugOptions {
  return {
    breakpoints: given(() => breakOn.map(parseBreakpoint)),
    results: result,
    ...(from !== undefined && { from }),
    ...(fromRun !== undefined && { fromRun }),
    ...(only.length > 0 && { only }),
    ...(onBreak && { onBreak }),
  };
}

/** A document of YAML, a line of JSON, or a graph in text, for each. */
export function plansText(plans: readonly RunPlan[], form: string, paint: Paint): string {
  switch (form) {
    case 'graph':
      return plans.map((plan) => planGraph(plan, paint)).join('\n');
    case 'yaml':
      return plans.map((plan) => toYaml(plan)).join('---\n');
    case 'json':
      return plans.map((plan) => `${visibleJson(plan)}\n`).join('');
    default:
      throw noOutput(`${form} of a dry run`, 'graph, yaml or json');
  }
}
