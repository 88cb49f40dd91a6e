import { UnreachableError } from '#lib/oci';

/** Whether an error says, by itself or by what it comes from, that a registry did not answer at all. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof Error && isUnreachable(error.cause);
}
