import { elapsed } from '../model/elapsed.ts';
import type { RunModel, TaskModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';
import { marks } from './marks.ts';

/** The tasks in words; what a narrow page has no room for is `wide`. */
export function taskTable({ tasks }: RunModel, anchors: ReadonlyMap<string, string>): Markup {
  return html`<table class="tasks">
<thead><tr><th scope="col">Task</th><th scope="col">Status</th><th scope="col" class="wide">Runs after</th><th scope="col" class="wide">Started</th><th scope="col" class="wide">Waited</th><th scope="col">Duration</th></tr></thead>
<tbody>
${tasks.map((task) => rowOf(task, anchors.get(task.name) ?? ''))}
</tbody>
</table>`;
}

function rowOf({ name, status, note, isFinally, after, runs }: TaskModel, anchor: string): Markup {
  const [started, waited, took] = timesOf(runs);
  const before = isFinally ? 'all others (finally)' : after.map(({ task }) => task).join(', ');
  return html`<tr><th scope="row"><a href="#${anchor}">${name}</a>${runs.length > 1 ? ` ×${runs.length}` : ''}</th><td><span class="status ${status}">${marks[status]} ${status}</span>${note === '' ? '' : `: ${note}`}</td><td class="wide">${before}</td><td class="wide">${started}</td><td class="wide">${waited}</td><td>${took}</td></tr>
`;
}

function timesOf(runs: TaskModel['runs']): readonly [string, string, string] {
  if (runs.length === 0) return ['', '', ''];
  const start = Math.min(...runs.map((run) => run.startedAt));
  const ready = Math.min(...runs.map((run) => run.readyAt));
  const end = Math.max(...runs.map((run) => run.endedAt));
  return [
    new Date(start).toISOString().slice(11, 19),
    elapsed((start - ready) / 1_000),
    elapsed((end - start) / 1_000),
  ];
}
