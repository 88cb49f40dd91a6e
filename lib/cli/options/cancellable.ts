import { cancelBySignal } from './arguments.ts';
import { CancelledError } from './exit-codes.ts';

/**
 * Does what a signal to this process cancels, and which then has nothing else to say.
 *
 * @throws {CancelledError} in place of what the cancelled work threw
 */
export async function cancellable(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { graceful, stop } = cancelBySignal();
  try {
    await work(graceful);
  } catch (error) {
    if (graceful.aborted) throw new CancelledError('cancelled');
    throw error;
  } finally {
    stop();
  }
}
