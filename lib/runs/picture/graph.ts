import { elapsed } from '../model/elapsed.ts';
import type { TaskModel } from '../model/run-model.ts';
import { html, type Markup } from './html.ts';
import { type GraphNode, layoutGraph, type Point } from './layout.ts';
import { cut, marks } from './marks.ts';

const sizes = { nodeWidth: 196, narrowWidth: 40, nodeHeight: 46, columnGap: 36, rowGap: 14 };
const MARGIN = 12;
/** What is no wider is shown whole on a usual screen, a little smaller where it has to be. */
const FITS = 1_480;
const JOIN = ' finally';

/** The tasks as boxes, and what they wait for as lines: solid where a result is taken, dashed for order alone. */
export function graphSvg(tasks: readonly TaskModel[], anchors: ReadonlyMap<string, string>): Markup {
  const layout = layoutGraph(nodesOf(tasks), sizes);
  const results = new Map<string, readonly string[]>(
    tasks.flatMap(({ name, after }) =>
      after.map((parent) => [`${parent.task} ${name}`, parent.results] as const),
    ),
  );
  const edges = Array.from(layout.edges, ([key, points]) =>
    edge(key, points, results.get(key) ?? [], key.includes(JOIN)),
  );
  const join = layout.nodes.get(JOIN);
  const [width, height] = [layout.width + 2 * MARGIN, Math.max(layout.height, 0) + 2 * MARGIN];
  return html`<svg class="graph${width <= FITS ? ' fits' : ''}" role="group" aria-label="The tasks; the table below says the same in words" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}">
<g class="edges">${edges}</g>
${join ? joinMark(join) : ''}
${tasks.map((task) => node(task, layout.nodes.get(task.name) ?? { x: 0, y: 0 }, anchors.get(task.name) ?? ''))}
</svg>`;
}

/** Finally tasks wait for all others: one mark stands between, instead of a line from each to each. */
function nodesOf(tasks: readonly TaskModel[]): readonly GraphNode[] {
  const ordinary = tasks.filter(({ isFinally }) => !isFinally);
  const finals = tasks.filter(({ isFinally }) => isFinally);
  const parents = new Set(ordinary.flatMap(({ after }) => after.map(({ task }) => task)));
  const last = ordinary.map(({ name }) => name).filter((name) => !parents.has(name));
  return [
    ...ordinary.map(({ name, after }) => ({ id: name, after: after.map(({ task }) => task) })),
    ...(finals.length > 0 ? [{ id: JOIN, after: last, isNarrow: true }] : []),
    ...finals.map(({ name }) => ({ id: name, after: [JOIN] })),
  ];
}

function joinMark({ x, y }: Point): Markup {
  const middle = y + sizes.nodeHeight / 2;
  return html`<g class="join"><line x1="${x}" y1="${middle}" x2="${x + sizes.narrowWidth}" y2="${middle}"/><text x="${x + sizes.narrowWidth / 2}" y="${middle - 6}" text-anchor="middle">finally</text></g>`;
}

function edge(key: string, points: readonly Point[], results: readonly string[], isFinally: boolean): Markup {
  const [from = '', to = ''] = key.split(' ');
  const kind = results.length > 0 ? 'takes' : isFinally ? 'last' : 'order';
  const title =
    results.length > 0 ? `${to} takes ${results.join(', ')} of ${from}` : `${to} runs after ${from}`;
  return html`<path class="edge ${kind}" data-edge="${key}" d="${pathOf(points)}">${isFinally ? '' : html`<title>${title}</title>`}</path>
`;
}

/** Straight through a column, curved between two. */
export function pathOf(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => {
      if (index === 0) return `M${x} ${y}`;
      const before = points[index - 1] ?? { x, y };
      if (before.y === y) return `L${x} ${y}`;
      const half = (before.x + x) / 2;
      return `C${half} ${before.y} ${half} ${y} ${x} ${y}`;
    })
    .join(' ');
}

function node(task: TaskModel, { x, y }: Point, anchor: string): Markup {
  const { name, displayName, status } = task;
  return html`<a href="#${anchor}" class="node ${status}" data-task="${name}"><title>${displayName === '' ? name : `${name}: ${displayName}`}
${status}${task.note === '' ? '' : `: ${task.note}`}</title>
${task.runs.length > 1 ? html`<rect class="behind" x="${x + 4}" y="${y + 4}" width="${sizes.nodeWidth - 4}" height="${sizes.nodeHeight}" rx="6"/>` : ''}<rect class="box" x="${x}" y="${y}" width="${sizes.nodeWidth - (task.runs.length > 1 ? 4 : 0)}" height="${sizes.nodeHeight}" rx="6"/>
<text class="name" x="${x + 10}" y="${y + 19}">${marks[status]} ${cut(name, 22)}</text>
<text class="facts" x="${x + 10}" y="${y + 36}">${cut(factsOf(task), 29)}</text></a>
`;
}

function factsOf({ status, runs, note }: TaskModel): string {
  if (runs.length === 0) return note === '' ? status : `${status}: ${note}`;
  const start = Math.min(...runs.map(({ startedAt }) => startedAt));
  const end = Math.max(...runs.map(({ endedAt }) => endedAt));
  const time = elapsed((end - start) / 1_000);
  if (runs.length === 1) return `${status}, ${time}`;
  const good = runs.filter((run) => run.status === 'Succeeded').length;
  return `${good} of ${runs.length} succeeded, ${time}`;
}
