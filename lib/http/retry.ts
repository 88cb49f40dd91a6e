import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** How often in all, the first try included. */
  readonly attempts: number;
  /** Milliseconds before the second try, doubled for each further one. */
  readonly delay: number;
  /** Milliseconds that we wait at most, also where a Retry-After asks for more. */
  readonly maxDelay: number;
}

/** 408, 429 and the server's own failures; 501 and 505 are the same tomorrow. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Milliseconds until try number `attempt + 1`; undefined when the server wants more patience than we have. */
export function waitBefore(
  attempt: number,
  retryAfter: string | undefined,
  { delay, maxDelay }: RetryOptions,
): number | undefined {
  const asked = parseRetryAfter(retryAfter) ?? 0;
  if (asked > maxDelay) return undefined;
  // Up to a quarter of jitter, so that many clients do not come back at once.
  const own = Math.min(maxDelay, delay * 2 ** (attempt - 1)) * (1 + Math.random() / 4);
  // A Retry-After of 0 is no leave to hammer the server.
  return Math.max(asked, own);
}

export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** Reads Retry-After: seconds, or a date (RFC 9110, section 10.2.3). */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
