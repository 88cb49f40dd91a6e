import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryPolicy {
  /** How often in all, the first try included. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled for each further one. */
  readonly delay: number;
  /** Whether this failure can succeed later; everything else is thrown at once. */
  readonly when: (error: unknown) => boolean;
  readonly onRetry?: (error: unknown, attempt: number, wait: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Runs `body` until it succeeds, with exponential back-off and up to a quarter of jitter. */
export async function retry<T>(policy: RetryPolicy, body: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await body(attempt);
    } catch (error) {
      if (attempt >= policy.attempts || policy.signal?.aborted || !policy.when(error)) throw error;
      const wait = policy.delay * 2 ** (attempt - 1) * (1 + Math.random() / 4);
      policy.onRetry?.(error, attempt, wait);
      await sleep(wait, undefined, policy.signal ? { signal: policy.signal } : {});
    }
  }
}
