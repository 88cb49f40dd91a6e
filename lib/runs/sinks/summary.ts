import { type Paint, type Style, table } from '#lib/text';
import type { RunEvent } from '../events.ts';
import { type Labels, makeLabels } from '../label.ts';
import { elapsed } from '../model/elapsed.ts';
import { type Failure, watchFailures } from '../model/failures.ts';
import { endingText, type WaysOn } from './ending.ts';

interface Row {
  readonly name: string;
  status: string;
  seconds: number | undefined;
}

/** What is told of a run at its end, gathered while it goes on. */
export interface Summary {
  readonly labels: Labels;
  readonly event: (event: RunEvent) => void;
  readonly failures: () => readonly Failure[];
  /** A table of the tasks, the results, the verdict and the ways on. */
  readonly text: () => string;
}

export function summary(paint: Paint, waysOn?: WaysOn): Summary {
  const labels = makeLabels();
  const watch = watchFailures(labels);
  const rows = new Map<string, Row>();
  let end: (RunEvent & { readonly type: 'run-end' }) | undefined;
  const row = (key: string, name: string) => {
    const known = rows.get(key) ?? { name, status: 'Running', seconds: undefined };
    rows.set(key, known);
    return known;
  };
  return {
    labels,
    failures: watch.failures,
    event: (event) => {
      labels.see(event);
      watch.see(event);
      if (event.type === 'task-start') row(event.taskRun, labels.of(event));
      if (event.type === 'task-end')
        Object.assign(row(event.taskRun, labels.of(event)), { status: event.status, seconds: event.seconds });
      if (event.type === 'task-skip') row(event.task, event.task).status = `Skipped: ${event.reason}`;
      if (event.type === 'task-reuse') row(event.task, event.task).status = `Not run: ${event.why}`;
      if (event.type === 'run-end') end = event;
    },
    text: () =>
      `${tableOf([...rows.values()], paint)}${end ? `\n${endingText(end, watch.failures(), paint, waysOn)}` : ''}`,
  };
}

const styles: Readonly<Record<string, Style>> = { Succeeded: 'good', Failed: 'bad', Cancelled: 'odd' };

function tableOf(rows: readonly Row[], paint: Paint): string {
  const cells = rows.map(({ name, seconds, status }) => [
    name,
    seconds === undefined ? '' : elapsed(seconds),
    status,
  ]);
  const [head = '', ...lines] = table(['TASK', 'DURATION', 'STATUS'], cells, { right: [1] })
    .trimEnd()
    .split('\n');
  // By the row and not by the words of the line, which may be those of a name.
  const painted = lines.map((line, index) => paint(styles[rows[index]?.status ?? ''] ?? 'dim', line));
  return `${[paint('strong', head), ...painted].join('\n')}\n`;
}
