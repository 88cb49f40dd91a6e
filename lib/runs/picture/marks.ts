import type { TaskStatus } from '../model/run-model.ts';

/** Beside the colour, which not everybody sees. */
export const marks: Readonly<Record<TaskStatus, string>> = {
  Succeeded: '✓',
  Failed: '✗',
  Cancelled: '⊘',
  Running: '▶',
  Waiting: '·',
  Skipped: '–',
  Reused: '↺',
};

/** Text that fits into so many characters. */
export function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
