/** Rooms, and for each those that it imports. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The graph of the rooms that files stand in; `undefined` for a file that stands in none. */
export function roomGraph(
  imports: ReadonlyMap<string, readonly string[]>,
  roomOf: (file: string) => string | undefined,
): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    if (room === undefined) continue;
    const others = targets.map(roomOf).filter((other) => other !== undefined && other !== room);
    graph.set(room, new Set([...(graph.get(room) ?? []), ...others.filter((other) => other !== undefined)]));
  }
  return graph;
}

/** Rooms that import each other, at any distance; each set once, sorted. */
export function circlesOf(graph: Graph): readonly (readonly string[])[] {
  const below = new Map(Array.from(graph.keys(), (room) => [room, reachable(graph, room)]));
  const circles = new Map<string, readonly string[]>();
  for (const [room, reached] of below) {
    if (!reached.has(room)) continue;
    const circle = [...reached].filter((other) => below.get(other)?.has(room)).sort();
    circles.set(circle.join(' '), circle);
  }
  return [...circles.values()];
}

function reachable(graph: Graph, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [from];
  for (let room = open.pop(); room !== undefined; room = open.pop()) {
    for (const next of graph.get(room) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}

/** The floor of each room: 1 for one that imports none, else one more than the highest that it imports; a circle is one room. */
export function floorsOf(graph: Graph): ReadonlyMap<string, number> {
  const floors = new Map<string, number>();
  const circles = circlesOf(graph);
  const circleOf = (room: string) => circles.find((circle) => circle.includes(room)) ?? [room];
  const visit = (room: string): number => {
    const known = floors.get(room);
    if (known !== undefined) return known;
    const circle = circleOf(room);
    const below = circle.flatMap((one) => [...(graph.get(one) ?? [])]).filter((one) => !circle.includes(one));
    const floor = 1 + Math.max(0, ...below.map(visit));
    for (const one of circle) floors.set(one, floor);
    return floor;
  };
  for (const room of graph.keys()) visit(room);
  return floors;
}
