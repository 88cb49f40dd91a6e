import type { Param, TaskRunResult } from '#lib/tekton/objects';

/** Everything that a run tells the outside; times are ISO 8601. */
export type RunEvent = { readonly time: string } & (
  | {
      readonly type: 'run-start';
      readonly run: string;
      readonly pipeline: string;
      readonly tasks: readonly PlannedTask[];
    }
  /** A task of a pipeline in a pipeline, which is known only now. */
  | { readonly type: 'task-wait'; readonly task: string }
  | {
      readonly type: 'task-start';
      readonly task: string;
      readonly taskRun: string;
      readonly attempt: number;
      /** What tells this run of a matrix from its siblings; absent where there is no matrix. */
      readonly matrix?: readonly Param[];
    }
  | { readonly type: 'step-start'; readonly task: string; readonly taskRun: string; readonly step: string }
  | {
      readonly type: 'step-log';
      readonly task: string;
      readonly taskRun: string;
      readonly step: string;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    }
  | {
      readonly type: 'step-end';
      readonly task: string;
      readonly taskRun: string;
      readonly step: string;
      readonly exitCode: number;
      readonly reason: string;
      readonly seconds: number;
    }
  | { readonly type: 'task-retry'; readonly task: string; readonly taskRun: string; readonly message: string }
  | {
      readonly type: 'task-end';
      readonly task: string;
      readonly taskRun: string;
      readonly status: 'Succeeded' | 'Failed' | 'Cancelled';
      readonly reason: string;
      readonly message: string;
      readonly seconds: number;
      readonly results: readonly TaskRunResult[];
    }
  | { readonly type: 'task-skip'; readonly task: string; readonly reason: string }
  /** A task that does not run: what it gave in another run is taken, or what it was said to give. */
  | { readonly type: 'task-reuse'; readonly task: string; readonly why: string }
  /** A step's container waits for somebody who looks into it. */
  | ({ readonly type: 'breakpoint' } & BreakpointReached)
  | { readonly type: 'note'; readonly text: string }
  | {
      readonly type: 'run-end';
      readonly run: string;
      readonly status: RunStatus;
      readonly reason: string;
      readonly message: string;
      readonly seconds: number;
      readonly results: readonly Param[];
      /** Part of the time in which no step ran, 0 to 1. */
      readonly overhead: number;
      /** What the containers themselves say of their steps' time, by TaskRun. */
      readonly stepSeconds: Readonly<Record<string, number>>;
      /** Where the run is kept; absent in events that an earlier version has kept. */
      readonly directory?: string;
    }
);

export interface BreakpointReached {
  readonly task: string;
  readonly taskRun: string;
  readonly step: string;
  readonly at: 'before' | 'failure';
  /** Programs with their arguments: a shell in the container, and the two ways to go on. */
  readonly shell: readonly string[];
  readonly goOn: readonly string[];
  readonly fail: readonly string[];
}

export type RunStatus = 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut';

export interface PlannedTask {
  readonly name: string;
  readonly isFinally: boolean;
  readonly after: readonly string[];
}

/** Takes events in the order in which they happen. */
export interface Sink {
  readonly event: (event: RunEvent) => void;
  /** Waits until everything is written. */
  readonly close?: () => Promise<void>;
}

type Untimed<E> = E extends unknown ? Omit<E, 'time'> : never;
export type Emit = (event: Untimed<RunEvent>) => void;

export function emitTo(sinks: readonly Sink[]): Emit {
  return (event) => {
    const timed = { time: new Date().toISOString(), ...event } as RunEvent;
    for (const sink of sinks) sink.event(timed);
  };
}
