import { elapsed } from '../model/elapsed.ts';
import type { RunModel, TaskRunModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';
import { marks } from './marks.ts';

interface Bar {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** Percent of the whole width: what is shorter could not be seen. */
const NARROWEST = 0.25;

/** When each TaskRun waited, was made ready, and ran its steps: a line for each, as wide as the page lets it be. */
export function timeline(model: RunModel, anchors: ReadonlyMap<string, string>): Markup {
  const { startedAt, endedAt, tasks } = model;
  const runs = tasks.flatMap(({ name, runs: list }) => list.map((run) => ({ name, run })));
  const sorted = runs.toSorted((a, b) => a.run.startedAt - b.run.startedAt);
  const length = Math.max(1, endedAt - startedAt);
  const scale = (time: number) => ((time - startedAt) / length) * 100;
  return html`<div class="ticks" aria-hidden="true"><svg>${ticks(length).map((tick) => label(tick, (tick / length) * 100))}</svg></div>
<ol class="timeline">
${sorted.map(({ name, run }) => row(run, scale, anchors.get(name) ?? ''))}
</ol>`;
}

/** Milliseconds of at most five marks at round distances: they must not touch each other on a telephone. */
function ticks(length: number): readonly number[] {
  const steps = [10, 20, 50, 100, 200, 500, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200];
  const distances = steps.map((step, index) => (index < 6 ? step : step * 1_000));
  const distance = distances.find((one) => length / one <= 5) ?? length / 5;
  return Array.from({ length: Math.floor((length * 0.9) / distance) + 1 }, (_, index) => index * distance);
}

function label(tick: number, x: number): Markup {
  const text = tick < 1_000 && tick > 0 ? `${tick} ms` : elapsed(tick / 1_000).replace('.0 s', ' s');
  return html`<text x="${round(x)}%" y="12">${text}</text>`;
}

function row(run: TaskRunModel, scale: (time: number) => number, anchor: string): Markup {
  let free = 0;
  const all = barsOf(run);
  const bars = all.map(({ kind, from, to, title }) => {
    const x = Math.max(free, scale(from));
    const width = Math.max(NARROWEST, scale(to) - x);
    free = x + width;
    return html`<rect class="bar ${kind}" x="${round(x)}%" y="2" width="${round(width)}%" height="12"><title>${title}</title></rect>
`;
  });
  const time = elapsed((run.endedAt - run.startedAt) / 1_000);
  const said = all.map(({ title }) => title).join('; ');
  return html`<li class="row ${run.status}" data-taskrun="${run.taskRun}"><a href="#${anchor}">${marks[run.status]} ${run.label}, ${time}</a><svg role="img" aria-label="${said}">${bars}</svg></li>
`;
}

/** In the order of time, none over another. */
function barsOf(run: TaskRunModel): readonly Bar[] {
  const bars: Bar[] = [];
  let at = run.startedAt;
  const add = (kind: string, from: number, to: number, what: string) => {
    if (to > from)
      bars.push({ kind, from, to, title: `${run.label}: ${what}, ${elapsed((to - from) / 1_000)}` });
  };
  add('waiting', run.readyAt, run.startedAt, 'waits for a free place');
  for (const step of run.steps) {
    add('around', at, step.startedAt, 'containers and volumes');
    const isBad = step.exitCode !== 0;
    const state = step.exitCode === undefined ? '' : ` (exit code ${step.exitCode})`;
    bars.push({
      kind: `step ${isBad ? 'bad' : 'good'}`,
      from: step.startedAt,
      to: Math.max(step.startedAt, step.endedAt),
      title: `${run.label}: step ${step.name}${state}, ${elapsed((step.endedAt - step.startedAt) / 1_000)}`,
    });
    at = step.endedAt;
  }
  add('around', at, run.endedAt, 'containers and volumes');
  return bars;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
