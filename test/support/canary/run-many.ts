// Does many calls of the command and of steps in one process, told on standard input as JSON: starting one costs more
// than what most of them do. Everything that they say comes out in one stream, in their order.
import { resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { runStep, type StepModule } from '#lib/step';
import { runCommandLine } from '../../../lib/cli/command-line.ts';

/** Arguments of the command, or of a step, whose file is named. */
export interface Call {
  readonly step?: string;
  readonly args: readonly string[];
  /** Where a step writes its results. */
  readonly results?: string;
}

for (const { step, args, results } of (await json(process.stdin)) as readonly Call[]) {
  if (step === undefined) await runCommandLine(args, undefined);
  else {
    const { default: module } = (await import(resolve(step))) as { readonly default: StepModule };
    await runStep(module, args, { ...process.env, STEP_RESULTS: results });
  }
}
process.exitCode = 0;
