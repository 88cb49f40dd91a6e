/** Bytes that must come in a timeout's time: a server that sends one now and then is as dead as one that sends none. */
const MIN_PROGRESS = 1024;

/** Counts the time that we wait for the other side, and only that. */
export interface Stall {
  /** From now on we wait. */
  start(): void;
  /** We do not wait any more: so many bytes came or went. */
  stop(bytes: number): void;
}

export function createStall(timeout: number, onStall: () => void): Stall {
  let timer: NodeJS.Timeout | undefined;
  let since = 0;
  let waited = 0;
  let progress = 0;
  return {
    start() {
      clearTimeout(timer);
      since = performance.now();
      timer = setTimeout(onStall, Math.max(1, timeout - waited));
    },
    stop(bytes) {
      clearTimeout(timer);
      waited += performance.now() - since;
      progress += bytes;
      if (progress < MIN_PROGRESS) return;
      progress = 0;
      waited = 0;
    },
  };
}
