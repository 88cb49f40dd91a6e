import { DownloadError } from './errors.ts';
import { isTransientStatus, pause, waitBefore } from './retry.ts';

const PATIENCE = { delay: 400, maxDelay: 60_000 };

/** Whether a document may be had by asking again: after a broken connection, or what `isTransientStatus` names. */
export function canSucceedLater({ status }: DownloadError): boolean {
  return status === undefined || isTransientStatus(status);
}

/**
 * Waits until a document is asked for again.
 *
 * @param attempt the one that has failed, from 1
 * @throws what it failed with, where it was the last, or the server wants more patience than we have
 */
export async function waitAfter(
  error: unknown,
  attempt: number,
  {
    attempts = 1,
    signal,
  }: { readonly attempts?: number | undefined; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { isStalled, retryAfter } =
    error instanceof DownloadError ? error : { isStalled: false, retryAfter: undefined };
  // After a whole timeout without a byte there is one more try only.
  if (attempt >= (isStalled ? Math.min(attempts, 2) : attempts)) throw error;
  const wait = waitBefore(attempt, retryAfter, { attempts, ...PATIENCE });
  if (wait === undefined) throw error;
  await pause(wait, signal);
}
