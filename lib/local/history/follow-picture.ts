/** Milliseconds until a page is written for the first time, and between two of them. */
const SOONEST = 3_000;
/** A page that takes long to make is made less often: it must not take the machine from the run. */
const SHARE = 20;

/**
 * Writes the page of a run again and again while it goes on, for who looks at it meanwhile.
 *
 * @returns what ends it, and waits for a page that is being written
 */
export function followPicture(write: () => Promise<void>): () => Promise<void> {
  let isOver = false;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const later = (milliseconds: number) => {
    timer = setTimeout(() => {
      const began = performance.now();
      writing = write().then(() => {
        if (!isOver) later(Math.max(SOONEST, (performance.now() - began) * SHARE));
      });
    }, milliseconds);
    timer.unref();
  };
  later(SOONEST);
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await writing;
  };
}
