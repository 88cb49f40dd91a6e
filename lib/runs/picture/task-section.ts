import { elapsed } from '../model/elapsed.ts';
import { logTail } from '../model/log-tail.ts';
import type { StepModel, TaskModel, TaskRunModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';
import { marks } from './marks.ts';

/** What is looked for first gets more room: two hundred tasks must still make a page that opens at once. */
const FEW = 15;
const MANY = 200;

/** Everything of one task: shown when its name is followed. */
export async function taskSection(task: TaskModel, anchor: string, directory: string): Promise<Markup> {
  const { name, displayName, status, note, runs } = task;
  const parts: Markup[] = [];
  for (const run of runs) parts.push(await runPart(run, runs.length > 1, directory));
  return html`<section class="task" id="${anchor}" tabindex="-1" aria-label="Task ${name}">
<h2>${name}${displayName === '' ? '' : ` (${displayName})`}</h2>
<p><span class="status ${status}">${marks[status]} ${status}</span>${note === '' ? '' : `: ${note}`}</p>
${parts}
</section>
`;
}

async function runPart(run: TaskRunModel, isOneOfMany: boolean, directory: string): Promise<Markup> {
  const { taskRun, status, reason, message, attempts, steps, params, results } = run;
  const logs: Markup[] = [];
  for (const step of latest(steps)) logs.push(await stepPart(run, step, directory));
  return html`<h3>${taskRun}${isOneOfMany ? html` <span class="status ${status}">${marks[status]} ${status}</span>` : ''}</h3>
<p>${reason}${message === '' ? '' : `: ${message}`}${attempts > 1 ? ` (tries: ${attempts})` : ''}</p>
${values('Params', params)}
${values('Results', results)}
${logs}
`;
}

/** The last try of each step; all tries write one log. */
function latest(steps: readonly StepModel[]): readonly StepModel[] {
  return [...new Map(steps.map((step) => [step.name, step])).values()];
}

async function stepPart(run: TaskRunModel, step: StepModel, directory: string): Promise<Markup> {
  const isGood = step.exitCode === 0;
  const lines = await logTail(directory, run.taskRun, step.name, isGood ? FEW : MANY);
  const end = step.exitCode === undefined ? '' : `, exit code ${step.exitCode}: ${step.reason}`;
  const text = lines.map((line) => withoutColours(line.text)).join('\n');
  return html`<p>Step <strong>${step.name}</strong>, ${elapsed((step.endedAt - step.startedAt) / 1_000)}${end}</p>
${lines.length === 0 ? '' : html`<pre tabindex="0" aria-label="Last lines of step ${step.name}">${text}</pre>`}
`;
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a step may write
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}

/** Names and values under a title; nothing where there are none. */
export function values(
  title: string,
  list: readonly { readonly name: string; readonly value: unknown }[],
): Markup | '' {
  if (list.length === 0) return '';
  const rows = list.map(
    ({ name, value }) =>
      html`<dt>${name}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>
`,
  );
  return html`<h3>${title}</h3>
<dl>
${rows}</dl>`;
}
