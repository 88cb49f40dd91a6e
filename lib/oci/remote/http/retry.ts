import type { RetryOptions } from '#lib/http';
import { UnreachableError } from '../../model/errors.ts';
import { ConnectionFailure } from './transport.ts';

export const DEFAULT_RETRY: RetryOptions = { attempts: 5, delay: 500, maxDelay: 60_000 };

const TRANSIENT_CODES = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'TOKEN_EXPIRED',
]);

/** A refused connection is only worth another try where somebody listened before: a server that restarts. */
export function isTransientFailure(error: unknown, knownAlive: boolean): boolean {
  return error instanceof ConnectionFailure && isTransientCode(error.code, knownAlive);
}

export function isTransientCode(code: string | undefined, knownAlive: boolean): boolean {
  if (code === undefined) return false;
  return TRANSIENT_CODES.has(code) || (knownAlive && code === 'ECONNREFUSED');
}

/** Whether no whole answer came; a registry that is asked in another way may answer. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof UnreachableError && isTransientCode(error.code, true);
}
