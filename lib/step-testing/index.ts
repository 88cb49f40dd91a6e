import { run } from '#lib/process';
import { checkResults, parseInputs, type StepContext, type StepModule } from '#lib/step';
import type { Schemas, Values, Workspaces } from '#lib/tekton';

/** What Tekton would carry to a step: a string, a list, or a flat map. */
export type WireParams = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>;

export interface StepTestOptions {
  /** Paths of the workspaces, by name. */
  readonly workspaces?: Readonly<Record<string, string>>;
  /** Gets what the step logs, and what the programs write that it runs, line by line. */
  readonly lines?: string[];
  /** The step's own signal; by default it is aborted after a minute. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a step as the runtime would, in this process: arguments are decoded by the definition, and what is missing is
 * its default.
 *
 * @returns the results, as the step gave them
 * @throws {InvalidInputError} when the params do not fit, and whatever the step throws
 */
export async function runStepWith<P extends Schemas, R extends Schemas, W extends Workspaces>(
  module: StepModule<P, R, W>,
  params: WireParams,
  options: StepTestOptions = {},
): Promise<Values<R>> {
  const paths = Object.entries(options.workspaces ?? {}).map(([name, path]) => `--workspace.${name}=${path}`);
  const inputs = parseInputs(module.step, [...argumentsOf(params), ...paths]);
  const log = (message: string) => void options.lines?.push(message);
  const context: StepContext<P, W> = {
    ...inputs,
    log: { info: log, warn: log, error: log },
    signal: options.signal ?? AbortSignal.timeout(60_000),
    // No step before it has written any.
    checkResults: (results) => void checkResults(module.step.results, results, '/nothing/there'),
    tool: (program, args, toolOptions) => run(program, args, { output: log, ...toolOptions }),
  };
  return module.run(context);
}

function argumentsOf(params: WireParams): readonly string[] {
  return Object.entries(params).flatMap(([name, value]) => {
    if (typeof value === 'string') return [`--${name}=${value}`];
    if (isList(value)) return [`--${name}[`, ...value, ']'];
    return Object.entries(value).map(([key, text]) => `--${name}.${key}=${text}`);
  });
}

function isList(value: WireParams[string]): value is readonly string[] {
  return Array.isArray(value);
}
