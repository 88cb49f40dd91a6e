import type { BreakpointReached } from '../events.ts';
import type { Labels } from '../label.ts';

/** Where a run has stopped, and what to type to look and to go on. */
export function breakpointLines(reached: BreakpointReached, labels: Labels): readonly string[] {
  const where = `[${labels.of(reached)} : ${reached.step}]`;
  return [
    `${where} stopped ${reached.at === 'before' ? 'before it runs' : 'after it failed'}`,
    `${where} look inside: ${reached.shell.join(' ')}`,
    `${where} go on:       ${reached.goOn.join(' ')}`,
    `${where} let it fail: ${reached.fail.join(' ')}`,
  ];
}
