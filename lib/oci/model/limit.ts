import { makeSlots } from '#lib/process';

/** Runs the functions that it is given, a limited number at once; the others wait their turn. */
export type Limit = <T>(body: () => Promise<T>) => Promise<T>;

export function createLimit(concurrency: number): Limit {
  const slots = makeSlots(concurrency);
  return async (body) => {
    const free = await slots.take();
    try {
      return await body();
    } finally {
      free();
    }
  };
}
