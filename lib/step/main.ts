import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain } from '#lib/errors';
import type { RunOptions } from '#lib/process';
import {
  descriptionOf,
  type Schemas,
  type StepDefinition,
  type Workspaces,
  wireDefault,
  wireType,
} from '#lib/tekton';
import { printable } from '#lib/text';
import type { StepContext, StepLog } from './context.ts';
import { FailedStepError, type StepModule } from './implement.ts';
import { InvalidInputError, parseInputs } from './inputs.ts';
import { checkResults, writeResults } from './results.ts';

const FAILED = 1;
const USAGE = 2;
/** What a shell gives for a process that SIGTERM ended. */
const TERMINATED = 143;

const RESULTS = '/tekton/results';

/** Where there is no Tekton, nothing of it is made on the machine of who tries a step. */
function resultsDirectory(): string {
  if (existsSync(RESULTS)) return RESULTS;
  const directory = mkdtempSync(join(tmpdir(), 'step-results-'));
  log.info(`there is no ${RESULTS}, so results go to ${directory}; STEP_RESULTS names another directory`);
  return directory;
}

/**
 * The life of a step: inputs, body, results, exit code (0 done, 1 failed, 2 wrong inputs, 143 ended by SIGTERM).
 * `STEP_RESULTS` names another directory for the results, to run a step by hand.
 */
export async function runStep<P extends Schemas, R extends Schemas, W extends Workspaces>(
  module: StepModule<P, R, W>,
  argv: readonly string[] = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const { step } = module;
  if (argv[0] === '--help') {
    process.stdout.write(usage(step));
    return;
  }
  const controller = new AbortController();
  const end = () => controller.abort(new Error('the step was told to end'));
  process.once('SIGTERM', end).once('SIGINT', end);
  let directory = env.STEP_RESULTS;
  const place = () => {
    directory ??= resultsDirectory();
    return directory;
  };
  const write = (values: Readonly<Record<string, unknown>>) => {
    for (const [name, text] of Object.entries(writeResults(step.results, values, place()))) {
      log.info(`result ${name}=${printable(text, MOST)}`);
    }
  };
  const tell = (values: Readonly<Record<string, unknown>>) => {
    try {
      write(values);
    } catch (error) {
      log.error(shown(explain(error)));
    }
  };
  try {
    const inputs = parseInputs(step, argv, env);
    const context = {
      ...inputs,
      log,
      signal: controller.signal,
      checkResults: (values: Readonly<Record<string, unknown>>) =>
        void checkResults(step.results, values, place()),
      tool: toolRunner(controller.signal),
    };
    write(await module.run(context));
  } catch (error) {
    if (error instanceof FailedStepError) tell(error.results);
    log.error(shown(explain(error)));
    process.exitCode = controller.signal.aborted
      ? TERMINATED
      : error instanceof InvalidInputError
        ? USAGE
        : FAILED;
  } finally {
    process.off('SIGTERM', end).off('SIGINT', end);
  }
}

/** Characters of a line and lines of a message: enough for what we say, however long a name of a stranger in it is. */
const MOST = 4_096;
const LINES = 40;

/** Only the first line and the hint begin one: no text of a stranger can look like another message or a result. */
function shown(message: string): string {
  const [first = '', ...rest] = message.split('\n').slice(0, LINES);
  const below = rest.map((line) => (line.startsWith('hint: ') ? '' : '  ') + printable(line, MOST));
  return [printable(first, MOST), ...below].join('\n');
}

const log: StepLog = {
  info: (message) => process.stderr.write(`${message}\n`),
  warn: (message) => process.stderr.write(`warning: ${message}\n`),
  error: (message) => process.stderr.write(`error: ${message}\n`),
};

function toolRunner(signal: AbortSignal): StepContext['tool'] {
  return async (program, args, options: RunOptions = {}) => {
    // Loaded when first needed: most steps never start a program.
    const { run } = await import('./run-tool.ts');
    return run(program, args, { signal, output: (line) => log.info(`[${program}] ${line}`), ...options });
  };
}

function usage(step: StepDefinition): string {
  const lines = Object.entries(step.params).map(([name, schema]) => {
    const type = wireType(schema);
    const form = type === 'array' ? `--${name}[ … ]` : type === 'object' ? `--${name}.KEY=…` : `--${name}=…`;
    const fallback = wireDefault(schema);
    const note = fallback === undefined ? 'required' : `default ${JSON.stringify(fallback)}`;
    return `  ${form.padEnd(36)} ${descriptionOf(schema)} (${note})`;
  });
  const results = Object.entries(step.results).map(
    ([name, schema]) => `  ${name.padEnd(36)} ${descriptionOf(schema)}`,
  );
  return [
    `${step.task}/${step.name}: ${step.description}`,
    '',
    'Parameters (also from the environment as PARAM_NAME):',
    ...lines,
    '',
    'Results (files in /tekton/results, or in $STEP_RESULTS):',
    ...results,
    '',
  ].join('\n');
}
