import { printable, visibleLines } from '#lib/text';
import type { RunEvent, Sink } from '../events.ts';
import { makeLabels } from '../label.ts';
import { elapsed } from '../model/elapsed.ts';
import { type Failure, watchFailures } from '../model/failures.ts';
import { html } from '../picture/html.ts';

type RunEnd = RunEvent & { readonly type: 'run-end' };

/** A task of a run that has ended. */
interface Row {
  readonly name: string;
  status: string;
  seconds: number;
  /** Why it was skipped. */
  note: string;
}

interface Report {
  readonly end: RunEnd;
  readonly rows: readonly Row[];
  readonly failures: readonly Failure[];
}

/** Gives a report of a run when it has ended, to whoever writes it somewhere. */
export function reportSink(form: (report: Report) => string, write: (text: string) => void): Sink {
  const labels = makeLabels();
  const watch = watchFailures(labels);
  const rows = new Map<string, Row>();
  return {
    event: (event) => {
      labels.see(event);
      watch.see(event);
      if (event.type === 'task-end')
        rows.set(event.taskRun, {
          name: labels.of(event),
          status: event.status,
          seconds: event.seconds,
          note: '',
        });
      if (event.type === 'task-skip')
        rows.set(event.task, { name: event.task, status: 'Skipped', seconds: 0, note: event.reason });
      if (event.type === 'run-end')
        write(form({ end: event, rows: [...rows.values()], failures: watch.failures() }));
    },
  };
}

/** For the summary of a job on GitHub, and for a comment. */
export function markdownReport({ end, rows, failures }: Report): string {
  const cell = (text: string) => printable(text).replaceAll(/[\\|<>`*_[\]]/g, (one) => `\\${one}`);
  return [
    `## ${end.status === 'Succeeded' ? '✓' : '✗'} ${cell(end.run)}: ${end.status} after ${elapsed(end.seconds)}`,
    '',
    ...failures.flatMap(({ cause, lines }) => [
      `**${cell(cause)}**`,
      '',
      ...(lines.length === 0 ? [] : [...lines.map((line) => `    ${visibleLines(line)}`), '']),
    ]),
    '| task | status | duration |',
    '| --- | --- | --- |',
    ...rows.map(
      ({ name, status, seconds, note }) =>
        `| ${cell(name)} | ${status}${note === '' ? '' : `: ${cell(note)}`} | ${status === 'Skipped' ? '' : elapsed(seconds)} |`,
    ),
    '',
    '',
  ].join('\n');
}

/** What CI systems read as the results of tests: a case for each task. */
export function junitReport({ end, rows, failures }: Report): string {
  const failed = rows.filter(({ status }) => status === 'Failed' || status === 'Cancelled').length;
  const skipped = rows.filter(({ status }) => status === 'Skipped').length;
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="${end.run}" tests="${rows.length}" failures="${failed}" skipped="${skipped}" time="${end.seconds.toFixed(3)}">
${rows.map(
  (
    row,
  ) => html`<testcase classname="${end.run}" name="${row.name}" time="${row.seconds.toFixed(3)}">${outcome(row, failures)}</testcase>
`,
)}</testsuite>
</testsuites>
`.markup;
}

function outcome({ name, status, note }: Row, failures: readonly Failure[]) {
  if (status === 'Skipped') return html`<skipped message="${note}"/>`;
  if (status === 'Succeeded') return '';
  const why = failures.find(({ label }) => label === name);
  return html`<failure message="${why?.cause ?? status}">${(why?.lines ?? []).join('\n')}</failure>`;
}
