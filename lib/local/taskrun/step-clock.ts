export interface Interval {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** Keeps when steps ran. */
export interface StepClock {
  /** A later measurement of the same step of the same pod replaces the first. */
  readonly set: (taskRun: string, pod: string, step: string, interval: Interval) => void;
  readonly intervals: () => readonly Interval[];
  /** Seconds of all steps of each TaskRun. */
  readonly secondsByTaskRun: () => Readonly<Record<string, number>>;
}

export function makeStepClock(): StepClock {
  const known = new Map<string, { readonly taskRun: string; readonly interval: Interval }>();
  return {
    set: (taskRun, pod, step, interval) => known.set(`${pod}/${step}`, { taskRun, interval }),
    intervals: () => Array.from(known.values(), ({ interval }) => interval),
    secondsByTaskRun: () => {
      const seconds: Record<string, number> = {};
      for (const { taskRun, interval } of known.values()) {
        seconds[taskRun] = (seconds[taskRun] ?? 0) + Math.max(0, interval.end - interval.start) / 1_000;
      }
      return seconds;
    },
  };
}

/** The part of a run's time in which no step ran, 0 to 1. */
export function overheadOf(run: Interval, steps: readonly Interval[]): number {
  const total = run.end - run.start;
  if (total <= 0) return 0;
  let busy = 0;
  let covered = run.start;
  for (const { start, end } of steps.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(start, covered);
    const to = Math.min(end, run.end);
    if (to <= from) continue;
    busy += to - from;
    covered = to;
  }
  return 1 - busy / total;
}
