import { printable } from '#lib/text';
import { limits } from '../limits.ts';
import { detailLines, tableRows, verdict } from '../report.ts';
import type { Checked } from './checked.ts';

/** The report in Markdown, for a comment on a merge request or the summary of a job. */
export function markdown(images: readonly Checked[]): string {
  return `${images.map((one) => [`## ${escaped(one.image)}`, ...partsOf(one)].join('\n\n')).join('\n\n')}\n`;
}

function partsOf(one: Checked): string[] {
  if ('error' in one) return [`**ERROR**: ${escaped(one.error)}`];
  const { head, rows } = tableRows(one.report);
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const table = [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
  const details = [
    ...detailLines(one.report),
    ...one.report.unusedWaivers.map((waiver) => `unused waiver: ${waiver}`),
  ];
  return [
    `**${verdict(one.report).result}** ${escaped(one.report.digest)}`,
    ...(details.length === 0 ? [] : [details.map((detail) => `- ${escaped(detail)}`).join('\n')]),
    table,
  ];
}

/** Puts a text on one line, with nothing in it that Markdown or HTML would take for its own. */
function escaped(text: string): string {
  return (
    printable(text, limits.text)
      .replaceAll(/[\\`*_[\]|~#!]/g, String.raw`\$&`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // A name with @ calls somebody on GitHub and GitLab.
      .replaceAll('@', '&#64;')
  );
}
