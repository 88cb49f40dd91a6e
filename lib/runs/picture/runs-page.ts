import { elapsed } from '../model/elapsed.ts';
import type { RunSummary } from '../stored-run.ts';
import { html, type Markup } from './html.ts';
import { htmlPage } from './html-page.ts';
import { moment } from './moment.ts';

/** What a page over runs tells of one. */
export interface ListedRun extends RunSummary {
  /** Tasks that failed, by what people call them. */
  readonly failed: readonly string[];
}

/** All kept runs as one page, the newest first, each with the way to its own; for the directory where they are kept. */
export function runsPage(runs: readonly ListedRun[]): string {
  const bad = runs.filter(({ status }) => status === 'Failed' || status === 'TimedOut').length;
  return htmlPage({
    title: `${runs.length} runs`,
    body: html`<h1>Runs</h1>
<p>${runs.length} kept, ${bad} failed</p>
<table class="runs">
<thead><tr><th scope="col">Run</th><th scope="col">Status</th><th scope="col">Failed</th><th scope="col" class="wide">Pipeline</th><th scope="col" class="wide">Started</th><th scope="col">Duration</th></tr></thead>
<tbody>
${runs.map(rowOf)}
</tbody>
</table>`,
  });
}

function rowOf({ name, status, failed, pipeline, startedAt, seconds }: ListedRun): Markup {
  return html`<tr><th scope="row"><a href="${encodeURIComponent(name)}/run.html">${name}</a></th><td><span class="status ${status}">${status}</span></td><td>${failed.join(', ')}</td><td class="wide">${pipeline}</td><td class="wide">${moment(startedAt)}</td><td>${elapsed(seconds)}</td></tr>
`;
}
