import { createHash } from 'node:crypto';
import type { Param } from '#lib/tekton/objects';
import { elapsed } from '../model/elapsed.ts';
import { type RunModel, runModel } from '../model/run-model.ts';
import type { StoredRun } from '../stored-run.ts';
import { graphSvg } from './graph.ts';
import { html, type Markup } from './html.ts';
import { marks } from './marks.ts';
import { style } from './style.ts';
import { taskSection, values } from './task-section.ts';
import { timelineSvg } from './timeline.ts';

/**
 * A run as one HTML page that needs nothing else: its graph, a timeline, a table that says the same, and each
 * task's steps, params, results and last lines. It has no script, and its policy allows none.
 */
export async function runPicture(stored: StoredRun): Promise<string> {
  const model = runModel(stored) ?? { startedAt: 0, endedAt: 0, tasks: [] };
  const anchors = new Map(model.tasks.map(({ name }, index) => [name, `task-${index}`]));
  const sections: Markup[] = [];
  // One after the other: hundreds of logs at once are too many open files.
  for (const task of model.tasks) {
    sections.push(await taskSection(task, anchors.get(task.name) ?? '', stored.summary.directory));
  }
  return page(stored, model, anchors, sections).markup;
}

function page(
  { summary, run }: StoredRun,
  model: RunModel,
  anchors: ReadonlyMap<string, string>,
  sections: readonly Markup[],
): Markup {
  const { name, status, reason, message, pipeline, startedAt, seconds } = summary;
  const results: readonly Param[] = run?.status?.results ?? [];
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: ${status}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<h1>${name}</h1>
<p><span class="status ${status}">${status}</span>${reason === status ? '' : ` (${reason})`}${message === '' ? '' : `: ${message}`}</p>
<dl>
${pipeline === '' ? '' : html`<dt>Pipeline</dt><dd>${pipeline}</dd>`}
<dt>Started</dt><dd>${startedAt}</dd>
<dt>Duration</dt><dd>${elapsed(seconds)}</dd>
</dl>
${values('Params', run?.spec?.params ?? [])}
${values('Results', results)}
<h2>Graph</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Graph">${graphSvg(model.tasks, anchors)}</div>
<p class="legend">A solid line: a result is taken. A dashed line: order alone. Follow a task for its steps and logs.</p>
<h2>Timeline</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Timeline">${timelineSvg(model, anchors)}</div>
<p class="legend">Dashed: waits for a free place. Grey: containers and volumes are made and removed. Coloured: steps.</p>
<h2>Tasks</h2>
${taskTable(model, anchors)}
${sections}
</main>
</body>
</html>
`;
}

function taskTable({ tasks }: RunModel, anchors: ReadonlyMap<string, string>): Markup {
  return html`<table class="tasks">
<thead><tr><th scope="col">Task</th><th scope="col">Status</th><th scope="col">Runs after</th><th scope="col">Started</th><th scope="col">Waited</th><th scope="col">Duration</th></tr></thead>
<tbody>
${tasks.map((task) => {
  const { name, status, note, isFinally, after, runs } = task;
  const start = Math.min(...runs.map((run) => run.startedAt));
  const ready = Math.min(...runs.map((run) => run.readyAt));
  const end = Math.max(...runs.map((run) => run.endedAt));
  const cells =
    runs.length === 0
      ? ['', '', '']
      : [
          new Date(start).toISOString().slice(11, 19),
          elapsed((start - ready) / 1_000),
          elapsed((end - start) / 1_000),
        ];
  return html`<tr><th scope="row"><a href="#${anchors.get(name)}">${name}</a>${runs.length > 1 ? ` ×${runs.length}` : ''}</th><td><span class="status ${status}">${marks[status]} ${status}</span>${note === '' ? '' : `: ${note}`}</td><td>${isFinally ? 'all others (finally)' : after.map(({ task: parent }) => parent).join(', ')}</td>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`;
})}
</tbody>
</table>`;
}
