import type { Param } from '#lib/tekton/objects';
import { elapsed } from '../model/elapsed.ts';
import { type RunModel, runModel } from '../model/run-model.ts';
import type { StoredRun } from '../stored-run.ts';
import { alarms } from './alarms.ts';
import { graphSvg } from './graph.ts';
import { html, type Markup } from './html.ts';
import { htmlPage } from './html-page.ts';
import { moment } from './moment.ts';
import { type Budget, folded, taskSection, values } from './task-section.ts';
import { taskTable } from './task-table.ts';
import { timeline } from './timeline.ts';

/** Characters of whole logs in a page. */
const LOGS = 400_000;

/** Seconds after which a page of a run that goes on is loaded again. */
const REFRESH = 3;

/**
 * A run as one HTML page that needs nothing else: what failed, its graph, a timeline, a table that says the same, and
 * each task's steps, logs, params and results. It has no script, and its policy allows none; while the run goes on it
 * loads itself again.
 */
export async function runPicture(stored: StoredRun): Promise<string> {
  const { summary } = stored;
  const model = runModel(stored) ?? { startedAt: 0, endedAt: 0, tasks: [] };
  const anchors = new Map(model.tasks.map(({ name }, index) => [name, `task-${index}`]));
  const sections: Markup[] = [];
  const budget: Budget = { left: LOGS };
  // One after the other: hundreds of logs at once are too many open files.
  for (const task of model.tasks)
    sections.push(await taskSection(task, anchors.get(task.name) ?? '', summary.directory, budget));
  const failures = await alarms(model, anchors, summary.directory);
  return htmlPage({
    title: `${summary.name}: ${summary.status}`,
    body: body(stored, model, anchors, { failures, sections }),
    ...(summary.status === 'Running' && { refresh: REFRESH }),
  });
}

function body(
  stored: StoredRun,
  model: RunModel,
  anchors: ReadonlyMap<string, string>,
  { failures, sections }: { readonly failures: readonly Markup[]; readonly sections: readonly Markup[] },
): Markup {
  const { summary, run } = stored;
  const { name, status, reason, message } = summary;
  const results: readonly Param[] = run?.status?.results ?? [];
  return html`<h1 id="top">${name}</h1>
<p><span class="status ${status}">${status}</span>${reason === status ? '' : ` (${reason})`}${message === '' ? '' : `: ${message}`}</p>
${failures}
${facts(stored, model)}
${values('Results', results)}
${folded('Params', run?.spec?.params ?? [])}
<section class="graph-part" aria-label="Graph">
<h2>Graph</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Graph of the tasks">${graphSvg(model.tasks, anchors)}</div>
<p class="legend">A solid line: a result is taken. A dashed line: order alone. Follow a task for its steps and logs.</p>
</section>
<h2>Timeline</h2>
${timeline(model, anchors)}
<p class="legend">Dashed: waits for a free place. Grey: containers and volumes are made and removed. Coloured: steps.</p>
<h2>Tasks</h2>
${taskTable(model, anchors)}
${sections}`;
}

function facts({ summary, run, command }: StoredRun, { endedAt, tasks }: RunModel): Markup {
  const { pipeline, startedAt, seconds, status } = summary;
  const earlier = tasks.flatMap(
    ({ note }) => /^taken from run (?<name>\S+)$/.exec(note)?.groups?.name ?? [],
  )[0];
  const isOver = status !== 'Running' && endedAt > 0;
  const file =
    run === undefined ? 'events.jsonl' : run.kind === 'TaskRun' ? 'taskrun.yaml' : 'pipelinerun.yaml';
  return html`<dl>
${pipeline === '' ? '' : html`<dt>Pipeline</dt><dd>${pipeline}</dd>`}
<dt>Started</dt><dd>${moment(startedAt)}</dd>
${isOver ? html`<dt>Ended</dt><dd>${moment(new Date(endedAt).toISOString())}</dd>` : ''}
<dt>Duration</dt><dd>${elapsed(seconds)}</dd>
${earlier === undefined ? '' : html`<dt>Resumes</dt><dd><a href="../${encodeURIComponent(earlier)}/run.html">${earlier}</a></dd>`}
${command === undefined ? '' : html`<dt>Command</dt><dd><code>${command}</code></dd>`}
<dt>Files</dt><dd><a href="${file}">${file}</a>, <a href="logs/">logs</a></dd>
</dl>`;
}
