import { stripVTControlCharacters } from 'node:util';
import { elapsed } from '../model/elapsed.ts';
import { logTail } from '../model/log-tail.ts';
import type { StepModel, TaskModel, TaskRunModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';
import { marks } from './marks.ts';

/** What is shown at once of a log; the end of it is where a step says why it fails. */
const LAST = 15;
const MANY = 2_000;

/** Characters of logs beyond the last lines that a page may still take: two hundred tasks must make one that opens at once. */
export interface Budget {
  left: number;
}

/** Everything of one task: shown when its name is followed. */
export async function taskSection(
  task: TaskModel,
  anchor: string,
  directory: string,
  budget: Budget,
): Promise<Markup> {
  const { name, displayName, status, note, runs } = task;
  const parts: Markup[] = [];
  // Those that failed are looked for.
  const sorted = runs.toSorted((a, b) => Number(b.status === 'Failed') - Number(a.status === 'Failed'));
  for (const run of sorted) parts.push(await runPart(run, runs.length > 1, directory, budget));
  return html`<section class="task" id="${anchor}" tabindex="-1" aria-label="Task ${name}">
<h2>${name}${displayName === '' ? '' : ` (${displayName})`}</h2>
<p><span class="status ${status}">${marks[status]} ${status}</span>${note === '' ? '' : `: ${note}`} · <a href="#top">back to the top</a></p>
${parts}
</section>
`;
}

async function runPart(
  run: TaskRunModel,
  isOneOfMany: boolean,
  directory: string,
  budget: Budget,
): Promise<Markup> {
  const { taskRun, label, status, reason, message, attempts, steps, params, results } = run;
  const logs: Markup[] = [];
  for (const step of latest(steps)) logs.push(await stepPart(run, step, directory, budget));
  return html`<h3>${isOneOfMany ? html`${label} <span class="status ${status}">${marks[status]} ${status}</span>` : taskRun}</h3>
<p>${reason}${message === '' ? '' : `: ${message}`}${attempts > 1 ? ` (tries: ${attempts})` : ''}</p>
${logs}
${folded('Params', params)}
${folded('Results', results)}
`;
}

/** The last try of each step; all tries write one log. */
function latest(steps: readonly StepModel[]): readonly StepModel[] {
  return [...new Map(steps.map((step) => [step.name, step])).values()];
}

async function stepPart(
  run: TaskRunModel,
  step: StepModel,
  directory: string,
  budget: Budget,
): Promise<Markup> {
  const lines = await logTail(directory, run.taskRun, step.name, MANY);
  const end = step.exitCode === undefined ? '' : `, exit code ${step.exitCode}: ${step.reason}`;
  const image = step.image === '' ? '' : html` · <code>${step.image}</code>`;
  const file = `logs/${encodeURIComponent(run.taskRun)}/${encodeURIComponent(step.name)}.log`;
  const link = lines.length === 0 ? '' : html` · <a href="${file}">log file</a>`;
  return html`<p>Step <strong>${step.name}</strong>, ${elapsed((step.endedAt - step.startedAt) / 1_000)}${end}${image}${link}</p>
${logPart(
  lines.map((line) => stripVTControlCharacters(line.text)),
  `${run.label}, step ${step.name}`,
  budget,
)}
`;
}

/** The last lines, and where there are more, all that were read behind a fold. */
function logPart(lines: readonly string[], of: string, budget: Budget): Markup | '' {
  if (lines.length === 0) return '';
  const last = html`<pre tabindex="0" role="group" aria-label="Last lines of ${of}">${lines.slice(-LAST).join('\n')}</pre>`;
  const all = lines.join('\n');
  if (lines.length <= LAST || all.length > budget.left) return last;
  budget.left -= all.length;
  return html`<details><summary>more of the log: ${lines.length} lines</summary>
<pre tabindex="0" role="group" aria-label="Log of ${of}">${all}</pre></details>
${last}`;
}

interface Value {
  readonly name: string;
  readonly value: unknown;
}

/** Names and values under a title; nothing where there are none. */
export function values(title: string, list: readonly Value[]): Markup | '' {
  return list.length === 0
    ? ''
    : html`<h3>${title}</h3>
${valueList(list)}`;
}

/** The same behind a fold. */
export function folded(title: string, list: readonly Value[]): Markup | '' {
  return list.length === 0
    ? ''
    : html`<details><summary>${title} (${list.length})</summary>
${valueList(list)}</details>`;
}

function valueList(list: readonly Value[]): Markup {
  const rows = list.map(
    ({ name, value }) =>
      html`<dt>${name}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>
`,
  );
  return html`<dl>
${rows}</dl>`;
}
