import { run } from '#lib/process';
import type { StepContext, StepModule } from '#lib/step';
import { parseInputs } from '#lib/step';
import type { Schemas, Values, Workspaces } from '#lib/tekton';

/** Runs a step as the runtime would: arguments are decoded by the definition, lines of the log are kept. */
export async function runStepWith<P extends Schemas, R extends Schemas, W extends Workspaces>(
  module: StepModule<P, R, W>,
  wire: Readonly<Record<string, string | readonly string[]>>,
  options: { workspaces?: Readonly<Record<string, string>>; lines?: string[] } = {},
): Promise<Values<R>> {
  const argv = Object.entries(wire).flatMap(([name, value]) =>
    typeof value === 'string' ? [`--${name}=${value}`] : [`--${name}[`, ...value, ']'],
  );
  const paths = Object.entries(options.workspaces ?? {}).map(([name, path]) => `--workspace.${name}=${path}`);
  const inputs = parseInputs(module.step, [...argv, ...paths]);
  const log = (message: string) => void options.lines?.push(message);
  const context: StepContext<P, W> = {
    ...inputs,
    log: { info: log, warn: log, error: log },
    signal: AbortSignal.timeout(60_000),
    tool: (program, args, toolOptions) => run(program, args, { output: log, ...toolOptions }),
  };
  return module.run(context);
}
