import { table, visibleJson, visibleLines } from '#lib/text';
import type { RunEvent } from '../events.ts';
import { label } from '../label.ts';

interface Row {
  readonly name: string;
  status: string;
  seconds: number;
  stepSeconds: number;
}

/** Gathers what a table of the run needs: each task's status, duration, and the time of its steps. */
export function summary(): { readonly event: (event: RunEvent) => void; readonly text: () => string } {
  const rows = new Map<string, Row>();
  let end: (RunEvent & { readonly type: 'run-end' }) | undefined;
  const row = (key: string, name: string) => {
    const known = rows.get(key) ?? { name, status: 'Running', seconds: 0, stepSeconds: 0 };
    rows.set(key, known);
    return known;
  };
  return {
    event: (event) => {
      if (event.type === 'task-start') row(event.taskRun, label(event));
      if (event.type === 'task-end') {
        const one = row(event.taskRun, label(event));
        one.status = event.status;
        one.seconds = event.seconds;
      }
      if (event.type === 'task-skip') row(event.task, event.task).status = `Skipped: ${event.reason}`;
      if (event.type === 'task-reuse') row(event.task, event.task).status = `Not run: ${event.why}`;
      if (event.type !== 'run-end') return;
      end = event;
      for (const [taskRun, seconds] of Object.entries(event.stepSeconds)) {
        const one = rows.get(taskRun);
        if (one) one.stepSeconds = seconds;
      }
    },
    text: () => summaryText([...rows.values()], end),
  };
}

function summaryText(
  rows: readonly Row[],
  end: (RunEvent & { readonly type: 'run-end' }) | undefined,
): string {
  const cells = rows.map(({ name, status, seconds, stepSeconds }) => [
    name,
    time(seconds),
    time(stepSeconds),
    status,
  ]);
  const lines = table(['TASK', 'DURATION', 'IN STEPS', 'STATUS'], cells, { right: [1, 2] })
    .trimEnd()
    .split('\n');
  if (!end) return `${lines.join('\n')}\n`;
  const results = end.results.map(
    ({ name, value }) =>
      `  ${name}: ${typeof value === 'string' ? visibleLines(value.trimEnd()) : visibleJson(value)}`,
  );
  return [
    ...lines,
    '',
    ...(results.length > 0 ? ['results:', ...results, ''] : []),
    `${end.run}: ${end.reason}${end.message === '' ? '' : `: ${visibleLines(end.message)}`}`,
    `${end.seconds.toFixed(1)} s, of which ${(end.overhead * 100).toFixed(1)} % without a running step`,
    '',
  ].join('\n');
}

function time(seconds: number): string {
  return `${seconds.toFixed(1)} s`.padStart(9);
}
