import { printable } from '#lib/text';
import type { RunEvent } from './events.ts';

type Whose = { readonly task: string; readonly taskRun: string };

/** Characters of what a matrix gives: enough for a platform, a version and a variant. */
const MOST = 48;

/** What people call the TaskRuns of a run, by the events that it has told so far. */
export interface Labels {
  readonly see: (event: RunEvent) => void;
  /** The task, and for one of a matrix what it was given: `build (linux/arm64)`. */
  readonly of: (whose: Whose) => string;
}

export function makeLabels(events: readonly RunEvent[] = []): Labels {
  const known = new Map<string, string>();
  const see = (event: RunEvent) => {
    if (event.type === 'task-start' && event.matrix && event.matrix.length > 0)
      known.set(event.taskRun, labelOf(event, event.matrix));
  };
  for (const event of events) see(event);
  return { see, of: (whose) => known.get(whose.taskRun) ?? numbered(whose) };
}

function labelOf(
  whose: Whose,
  matrix: NonNullable<(RunEvent & { readonly type: 'task-start' })['matrix']>,
): string {
  const text = matrix
    .map(({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(', ');
  // What is cut may no longer tell it from the others.
  return text.length > MOST
    ? `${numbered(whose)} (${printable(text.slice(0, MOST - 1))}…)`
    : `${whose.task} (${printable(text)})`;
}

/** The TaskRun's number tells the runs of a matrix apart. */
function numbered({ task, taskRun }: Whose): string {
  const name = (task.split('/').at(-1) ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [, index] = new RegExp(`-${name}-(\\d+)$`).exec(taskRun) ?? [];
  return index === undefined ? task : `${task}-${index}`;
}
