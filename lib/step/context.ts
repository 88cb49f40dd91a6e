import type { RunOptions, RunResult } from '#lib/process';
import type { Schemas, Values, WorkspacePaths, Workspaces } from '#lib/tekton';

export interface StepLog {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

/** All that a step may touch: a test gives it values and recorders of its own. */
export interface StepContext<P extends Schemas = Schemas, W extends Workspaces = Workspaces> {
  readonly params: Values<P>;
  /** Paths of the workspaces; an optional one that is not bound is absent. */
  readonly workspaces: WorkspacePaths<W>;
  readonly log: StepLog;
  /** Aborted by SIGTERM and SIGINT: whatever the step waits for should end then. */
  readonly signal: AbortSignal;
  /**
   * Throws where results with these values would be more than Tekton carries from a step: before a tag moves, as the step
   * fails afterwards. A digest that is not known yet has a stand-in of its length.
   */
  readonly checkResults: (results: Readonly<Record<string, unknown>>) => void;
  /** Runs a program, its output streamed to the log under the program's name. */
  readonly tool: (program: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>;
}
