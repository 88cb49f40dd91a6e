import type { LiveChild } from './live-task.ts';

/** A task that does not run, as if it had ended already. */
export interface ReusedTask {
  readonly why: string;
  readonly children: readonly LiveChild[];
}

/** By the name of the pipeline task. */
export type Reuse = ReadonlyMap<string, ReusedTask>;
