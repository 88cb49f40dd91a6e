import { buildGraph, buildMermaid, type ImageSet } from '#lib/images';
import { plainGraphSvg } from '#lib/runs';
import { visibleJson } from '#lib/text';

export type GraphForm = 'mermaid' | 'svg' | 'json';

/** What is made from what, as a text that a page or a program takes. */
export function graphOf(set: ImageSet, form: GraphForm): string {
  if (form === 'json') return `${visibleJson(buildGraph(set))}\n`;
  return form === 'svg' ? plainGraphSvg(`The images of ${set.name}`, buildGraph(set)) : buildMermaid(set);
}
