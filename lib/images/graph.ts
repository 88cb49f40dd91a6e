import type { ImageSet } from './model.ts';

/** An image of a stream, or a compose that the stream is made of. */
export interface BuildNode {
  /** `43/minimal`, `43/compose:release`. */
  readonly id: string;
  readonly label: string;
  readonly facts: string;
  /** Ids of what it is made from. */
  readonly after: readonly string[];
}

/** What is made from what, a graph for each stream; there is no arrow between streams. */
export function buildGraph({ streams }: ImageSet): readonly BuildNode[] {
  return streams.flatMap(({ name: stream, images, composes, version, kind }) => {
    const compose = images.find(({ made }) => made.of === 'compose')?.name ?? '';
    const sources = composes.map(({ role }) => ({
      id: `${stream}/compose:${role}`,
      label: `${stream} ${role}`,
      facts: `compose, ${kind}, ${version}`,
      after: [],
    }));
    return [
      ...sources,
      ...images.map(({ name, made, platforms, mayFail, failable }) => ({
        id: `${stream}/${name}`,
        label: `${stream} ${name}`,
        facts: `${platforms.length} ${platforms.length === 1 ? 'platform' : 'platforms'}${failableFact(mayFail, failable)}`,
        after:
          made.of === 'compose'
            ? sources.map(({ id }) => id)
            : [`${stream}/${made.of === 'image' ? made.from : compose}`],
      })),
    ];
  });
}

function failableFact(mayFail: boolean, failable: readonly string[]): string {
  if (mayFail) return ', may fail';
  return failable.length === 0 ? '' : `, ${failable.length} may fail`;
}

/** The graph as Mermaid draws it, a frame for each stream. */
export function buildMermaid(set: ImageSet): string {
  const nodes = buildGraph(set);
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const frames = set.streams.flatMap(({ name, version }) => [
    `  subgraph ${name}["${name} (${version})"]`,
    ...nodes
      .filter(({ id }) => id.startsWith(`${name}/`))
      .map(({ id, label, facts }) => `    ${ids.get(id)}["${label}<br/>${facts}"]`),
    '  end',
  ]);
  const arrows = nodes.flatMap(({ id, after }) =>
    after.map((from) => `  ${ids.get(from)} --> ${ids.get(id)}`),
  );
  return `${['graph LR', ...frames, ...arrows].join('\n')}\n`;
}
