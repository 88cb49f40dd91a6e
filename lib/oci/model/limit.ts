/** Runs what it is given, so many at once; the others wait their turn. */
export type Limit = <T>(body: () => Promise<T>) => Promise<T>;

export function createLimit(concurrency: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (body) => {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await body();
    } finally {
      const next = waiting.shift();
      // The place is handed over, and not free in between.
      if (next) next();
      else running--;
    }
  };
}
