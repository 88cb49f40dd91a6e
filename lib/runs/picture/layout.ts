/** A node of a graph that is drawn from left to right. */
export interface GraphNode {
  readonly id: string;
  /** Ids of the nodes before it. */
  readonly after: readonly string[];
  /** It is no box, and its column as narrow as that allows. */
  readonly isNarrow?: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each node. */
  readonly nodes: ReadonlyMap<string, Point>;
  readonly widthOf: (id: string) => number;
  /** The points that each edge goes through, by `from to`. */
  readonly edges: ReadonlyMap<string, readonly Point[]>;
}

export interface Sizes {
  readonly nodeWidth: number;
  readonly narrowWidth: number;
  readonly nodeHeight: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

/** A node, or a place that an edge goes through on its way past a column. */
interface Cell {
  readonly id: string;
  readonly level: number;
  readonly isNode: boolean;
}

const SWEEPS = 8;

/**
 * Places nodes in columns by their longest way from the start, and in an order with few crossings (Sugiyama's
 * method: long edges get a place of their own in each column that they pass, so that none goes over a node).
 */
export function layoutGraph(nodes: readonly GraphNode[], sizes: Sizes): Layout {
  const levels = levelsOf(nodes);
  const { cells, chains } = withWaypoints(nodes, levels);
  const columns: Cell[][] = [];
  for (const cell of cells) {
    columns[cell.level] ??= [];
    columns[cell.level]?.push(cell);
  }
  const neighbours = neighboursOf(chains);
  orderColumns(columns, neighbours);
  const rows = new Map(columns.flatMap((column) => spread(column, Math.max(...columns.map(heightOf)))));
  const { nodeWidth, narrowWidth, nodeHeight, columnGap, rowGap } = sizes;
  const boxes = new Set(nodes.flatMap(({ id, isNarrow = false }) => (isNarrow ? [] : [id])));
  const widths = columns.map((column) => (column.some(({ id }) => boxes.has(id)) ? nodeWidth : narrowWidth));
  const lefts = widths.map((_, level) =>
    widths.slice(0, level).reduce((sum, width) => sum + width + columnGap, 0),
  );
  const levelOf = new Map(cells.map(({ id, level }) => [id, level]));
  const widthOf = (id: string) => widths[levelOf.get(id) ?? 0] ?? nodeWidth;
  const cornerOf = ({ id, level }: Cell): Point => ({
    x: lefts[level] ?? 0,
    y: (rows.get(id) ?? 0) * (nodeHeight + rowGap),
  });
  const corners = new Map(cells.map((cell) => [cell.id, cornerOf(cell)]));
  const isNode = new Set(nodes.map(({ id }) => id));
  return {
    width: widths.reduce((sum, width) => sum + width + columnGap, -columnGap),
    height: Math.max(0, ...columns.map(heightOf)) * (nodeHeight + rowGap) - rowGap,
    nodes: new Map([...corners].filter(([id]) => isNode.has(id))),
    widthOf,
    edges: new Map(
      Array.from(chains, ([edge, chain]) => [
        edge,
        chain.flatMap((id, index) => {
          const { x, y } = corners.get(id) ?? { x: 0, y: 0 };
          const middle = y + nodeHeight / 2;
          const right = { x: x + widthOf(id), y: middle };
          if (index === 0) return [right];
          const left = { x, y: middle };
          return index === chain.length - 1 ? [left] : [left, right];
        }),
      ]),
    ),
  };
}

function heightOf(column: readonly Cell[]): number {
  return column.length;
}

function levelsOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const levels = new Map<string, number>();
  const visit = (id: string): number => {
    const known = levels.get(id);
    if (known !== undefined) return known;
    // No cycle was let through, but a picture must end even so.
    levels.set(id, 0);
    const before = (byId.get(id)?.after ?? []).filter((parent) => byId.has(parent));
    const level = Math.max(-1, ...before.map(visit)) + 1;
    levels.set(id, level);
    return level;
  };
  for (const { id } of nodes) visit(id);
  return levels;
}

function withWaypoints(
  nodes: readonly GraphNode[],
  levels: ReadonlyMap<string, number>,
): { readonly cells: readonly Cell[]; readonly chains: ReadonlyMap<string, readonly string[]> } {
  const cells: Cell[] = nodes.map(({ id }) => ({ id, level: levels.get(id) ?? 0, isNode: true }));
  const chains = new Map<string, readonly string[]>();
  for (const { id, after } of nodes) {
    for (const from of after.filter((parent) => levels.has(parent))) {
      const chain = [from];
      for (let level = (levels.get(from) ?? 0) + 1; level < (levels.get(id) ?? 0); level++) {
        const place = `${from} ${id} ${level}`;
        cells.push({ id: place, level, isNode: false });
        chain.push(place);
      }
      chains.set(`${from} ${id}`, [...chain, id]);
    }
  }
  return { cells, chains };
}

interface Neighbours {
  readonly left: ReadonlyMap<string, readonly string[]>;
  readonly right: ReadonlyMap<string, readonly string[]>;
}

function neighboursOf(chains: ReadonlyMap<string, readonly string[]>): Neighbours {
  const left = new Map<string, string[]>();
  const right = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, value: string) => {
    const list = map.get(key) ?? [];
    map.set(key, list);
    list.push(value);
  };
  for (const chain of chains.values()) {
    for (const [index, id] of chain.slice(1).entries()) {
      const from = chain[index] ?? '';
      add(left, id, from);
      add(right, from, id);
    }
  }
  return { left, right };
}

/** Each cell goes to the middle of what it is connected to, from left to right and back. */
function orderColumns(columns: Cell[][], { left, right }: Neighbours): void {
  const place = new Map<string, number>();
  const note = (column: readonly Cell[]) => {
    for (const [index, { id }] of column.entries()) place.set(id, index / Math.max(1, column.length));
  };
  for (const column of columns) note(column);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForth = sweep % 2 === 0;
    for (const column of isForth ? columns : columns.toReversed()) {
      const wish = new Map(
        column.map(({ id }) => [id, middle((isForth ? left : right).get(id), place) ?? place.get(id) ?? 0]),
      );
      column.sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0));
      note(column);
    }
  }
}

function middle(ids: readonly string[] | undefined, place: ReadonlyMap<string, number>): number | undefined {
  if (!ids || ids.length === 0) return undefined;
  let sum = 0;
  for (const id of ids) sum += place.get(id) ?? 0;
  return sum / ids.length;
}

/** Shorter columns stand in the middle of the highest one. */
function spread(column: readonly Cell[], most: number): readonly (readonly [string, number])[] {
  const top = (most - column.length) / 2;
  return column.map(({ id }, index) => [id, top + index] as const);
}
