import { elapsed } from '../model/elapsed.ts';
import { errorLines } from '../model/error-lines.ts';
import { exitOf } from '../model/failures.ts';
import { logTail } from '../model/log-tail.ts';
import type { RunModel, TaskRunModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';

/** More of them help nobody: a matrix may have hundreds. */
const TOLD = 4;
const LINES = 5;
const READ = 200;

/** What failed and why, for the first screen: task, step, exit code, the lines that say why, and the way to the rest. */
export async function alarms(
  { tasks }: RunModel,
  anchors: ReadonlyMap<string, string>,
  directory: string,
): Promise<readonly Markup[]> {
  const failed = tasks
    .flatMap(({ name, runs }) => runs.map((run) => ({ name, run })))
    .filter(({ run }) => run.status === 'Failed')
    .toSorted((a, b) => a.run.endedAt - b.run.endedAt);
  const parts: Markup[] = [];
  for (const { name, run } of failed.slice(0, TOLD))
    parts.push(await alarm(run, anchors.get(name) ?? '', directory));
  const more = failed.length - TOLD;
  return more > 0 ? [...parts, html`<p>and ${more} more, in the table below</p>`] : parts;
}

async function alarm(run: TaskRunModel, anchor: string, directory: string): Promise<Markup> {
  const step =
    run.reason === 'TaskRunTimeout' ? undefined : run.steps.findLast(({ exitCode }) => exitCode !== 0);
  const isStep = step?.exitCode !== undefined;
  const title = isStep
    ? exitOf(run.label, { ...step, step: step.name, exitCode: step.exitCode ?? 0 })
    : `${run.label} failed`;
  const tail = isStep ? await logTail(directory, run.taskRun, step.name, READ) : [];
  const lines = errorLines(
    tail.map(({ text }) => text),
    LINES,
  );
  return html`<section class="alarm" aria-label="${title}">
<h2>✗ ${title}</h2>
${lines.length > 0 ? html`<pre tabindex="0" role="group" aria-label="Why ${run.label} failed">${lines.join('\n')}</pre>` : html`<p>${run.message === '' ? run.reason : run.message}</p>`}
<p>after ${elapsed((run.endedAt - run.startedAt) / 1_000)} · <a href="#${anchor}">steps and logs of ${run.label}</a></p>
</section>
`;
}
