import { pathOf } from './graph.ts';
import { html, type Markup } from './html.ts';
import { layoutGraph } from './layout.ts';
import { cut } from './marks.ts';

/** A box of a graph that is no run's. */
export interface PlainNode {
  /** Without blanks. */
  readonly id: string;
  readonly label: string;
  readonly facts: string;
  readonly after: readonly string[];
}

const sizes = { nodeWidth: 170, narrowWidth: 40, nodeHeight: 46, columnGap: 48, rowGap: 12 };
const MARGIN = 12;

/** The colours are those of the page of a run; a file of its own has no room for the rest of it. */
const style = `
svg{--text:#1c1e21;--dim:#5c6370;--line:#c9ced6;--box:#f5f6f8;font:12px system-ui,sans-serif}
@media (prefers-color-scheme:dark){svg{--text:#e4e6ea;--dim:#9aa2ad;--line:#3d444e;--box:#1f242a}}
text{fill:var(--text)}.edge{fill:none;stroke:var(--dim);stroke-width:1.3}.box{fill:var(--box);stroke:var(--line);stroke-width:1.5}
.name{font-weight:600}.facts{font-size:11px;fill:var(--dim)}
`;

/** A picture of what comes after what, as a file of its own: laid out and drawn as the graph of a run is. */
export function plainGraphSvg(title: string, nodes: readonly PlainNode[]): string {
  const layout = layoutGraph(nodes, sizes);
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN];
  const edges = Array.from(
    layout.edges,
    ([key, points]) => html`<path class="edge takes" data-edge="${key}" d="${pathOf(points)}"/>
`,
  );
  const boxes = nodes.map((node) => box(node, layout.nodes.get(node.id) ?? { x: 0, y: 0 }));
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}">
<title>${title}</title>
<style>${{ markup: style }}</style>
<g class="edges">
${edges}</g>
${boxes}</svg>
`.markup;
}

function box({ id, label, facts }: PlainNode, { x, y }: { readonly x: number; readonly y: number }): Markup {
  return html`<g class="node" data-node="${id}"><rect class="box" x="${x}" y="${y}" width="${sizes.nodeWidth}" height="${sizes.nodeHeight}" rx="6"/>
<text class="name" x="${x + 10}" y="${y + 19}">${cut(label, 22)}</text>
<text class="facts" x="${x + 10}" y="${y + 36}">${cut(facts, 28)}</text></g>
`;
}
