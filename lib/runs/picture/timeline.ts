import { elapsed } from '../model/elapsed.ts';
import type { RunModel, TaskRunModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';
import { cut, marks } from './marks.ts';

const LABEL = 230;
const CHART = 860;
const ROW = 24;
const HEAD = 26;
const BAR = 14;

interface Bar {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** When each TaskRun waited, was made ready, and ran its steps. */
export function timelineSvg(model: RunModel, anchors: ReadonlyMap<string, string>): Markup {
  const { startedAt, endedAt, tasks } = model;
  const runs = tasks.flatMap(({ name, runs: list }) => list.map((run) => ({ name, run })));
  const sorted = runs.toSorted((a, b) => a.run.startedAt - b.run.startedAt);
  const length = Math.max(1, endedAt - startedAt);
  const scale = (time: number) => ((time - startedAt) / length) * CHART;
  const height = HEAD + sorted.length * ROW + 6;
  // A bar is a pixel wide at least, and may push the next ones a little beyond the end.
  const width = LABEL + CHART + 60;
  return html`<svg class="timeline" role="img" aria-label="Timeline of the tasks; the table below says the same in words" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${ticks(length).map((tick) => axis(tick, LABEL + (tick / length) * CHART, height))}
${sorted.map(({ name, run }, index) => row(run, HEAD + index * ROW, scale, anchors.get(name) ?? ''))}
</svg>`;
}

/** Milliseconds of at most ten marks at round distances. */
function ticks(length: number): readonly number[] {
  const steps = [10, 20, 50, 100, 200, 500, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200];
  const distances = steps.map((step, index) => (index < 6 ? step : step * 1_000));
  const distance = distances.find((one) => length / one <= 10) ?? length / 5;
  return Array.from({ length: Math.floor(length / distance) + 1 }, (_, index) => index * distance);
}

function axis(tick: number, x: number, height: number): Markup {
  const text = tick < 1_000 && tick > 0 ? `${tick} ms` : elapsed(tick / 1_000).replace('.0 s', ' s');
  return html`<line class="tick" x1="${round(x)}" y1="${HEAD - 6}" x2="${round(x)}" y2="${height}"/><text class="tick" x="${round(x + 3)}" y="${HEAD - 10}">${text}</text>
`;
}

function row(run: TaskRunModel, y: number, scale: (time: number) => number, anchor: string): Markup {
  const top = y + (ROW - BAR) / 2;
  let free = 0;
  const bars = barsOf(run).map(({ kind, from, to, title }) => {
    const x = Math.max(free, scale(from));
    const width = Math.max(1, scale(to) - x);
    free = x + width;
    return html`<rect class="bar ${kind}" x="${round(LABEL + x)}" y="${top}" width="${round(width)}" height="${BAR}"><title>${title}</title></rect>
`;
  });
  return html`<a href="#${anchor}" class="row ${run.status}" data-taskrun="${run.taskRun}"><text x="0" y="${y + ROW / 2 + 4}">${marks[run.status]} ${cut(run.label, 28)}</text>
${bars}</a>
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
  return Math.round(value * 100) / 100;
}
