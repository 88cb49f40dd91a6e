import type { Breakpoint, OnBreak } from '../breakpoints/breakpoint.ts';

/** What a person asks for who looks for a fault; nothing of it is Tekton's, but for the breakpoints. */
export interface DebugOptions {
  /** Only these tasks run; what they need of others comes from `results` or the earlier run. */
  readonly only?: readonly string[];
  /** Runs this task, all after it, and all that had not succeeded in the earlier run; the others keep what they gave. */
  readonly from?: string;
  /** The run whose results, params, workspaces and kept volumes are taken; for `from`, by default the last that failed. */
  readonly fromRun?: string;
  /** By `task.result`; for a list, JSON or its elements between commas. */
  readonly results?: Readonly<Record<string, string>>;
  readonly breakpoints?: readonly Breakpoint[];
  /** Opens a shell where a breakpoint is reached; without it the run waits for one of Tekton's debug scripts. */
  readonly onBreak?: OnBreak;
}
