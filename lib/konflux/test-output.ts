import * as z from 'zod';
import { json } from '#lib/tekton';

/** The verdict that Konflux and Conforma read from a test task (konflux-test, utils.sh make_result_json). */
export const TestOutput = json(
  z.object({
    result: z.enum(['SUCCESS', 'FAILURE', 'WARNING', 'SKIPPED', 'ERROR']),
    timestamp: z.string(),
    note: z.string(),
    namespace: z.string(),
    successes: z.int(),
    failures: z.int(),
    warnings: z.int(),
  }),
);
export type TestOutput = z.output<typeof TestOutput>;

/** Conforma counts failures and warnings whatever `result` says, so the three must agree. */
export function testOutput(
  counts: { successes: number; failures: number; warnings: number; errors?: number },
  note: string,
  now = new Date(),
): TestOutput {
  const { successes, failures, warnings, errors = 0 } = counts;
  return {
    result: errors > 0 ? 'ERROR' : failures > 0 ? 'FAILURE' : warnings > 0 ? 'WARNING' : 'SUCCESS',
    timestamp: now.toISOString(),
    note: note.length > 400 ? `${note.slice(0, 399)}…` : note,
    namespace: 'default',
    successes,
    failures,
    warnings,
  };
}
