/** A number of places; a caller that finds none waits in line. */
export interface Slots {
  /** Gives a function that frees the place again. Rejects when `signal` aborts while it waits. */
  readonly take: (signal?: AbortSignal) => Promise<() => void>;
}

export function makeSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const once = () => {
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      release();
    };
  };
  return {
    take: (signal) => {
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      if (free > 0) {
        free--;
        return Promise.resolve(once());
      }
      return new Promise((resolve, reject) => {
        const go = () => {
          signal?.removeEventListener('abort', leave);
          resolve(once());
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal?.reason as Error);
        };
        waiting.push(go);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
