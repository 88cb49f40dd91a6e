export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Keeps when steps ran, by the name of their container. */
export interface StepClock {
  readonly set: (key: string, interval: Interval) => void;
  readonly intervals: () => readonly Interval[];
}

export function makeStepClock(): StepClock {
  const known = new Map<string, Interval>();
  return {
    set: (key, interval) => known.set(key, interval),
    intervals: () => [...known.values()],
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
