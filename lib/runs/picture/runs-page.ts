import { dirname, join, relative, resolve, sep } from 'node:path';
import { elapsed } from '../model/elapsed.ts';
import type { RunSummary } from '../stored-run.ts';
import { html, type Markup } from './html.ts';
import { htmlPage } from './html-page.ts';
import { moment } from './moment.ts';

/**
 * Runs as one page, the newest first, each with the way to its own.
 *
 * @param file where the page is to lie, from where the others are seen
 */
export function runsPage(runs: readonly RunSummary[], file: string): string {
  const bad = runs.filter(({ status }) => status === 'Failed' || status === 'TimedOut').length;
  return htmlPage({
    title: `${runs.length} runs`,
    body: html`<h1>Runs</h1>
<p>${runs.length} kept, ${bad} failed</p>
<table class="runs">
<thead><tr><th scope="col">Run</th><th scope="col">Status</th><th scope="col">Failed</th><th scope="col" class="wide">Pipeline</th><th scope="col" class="wide">Started</th><th scope="col">Duration</th></tr></thead>
<tbody>
${runs.map((run) => rowOf(run, file))}
</tbody>
</table>`,
  });
}

function rowOf(run: RunSummary, file: string): Markup {
  const { name, status, failed, pipeline, startedAt, seconds, directory } = run;
  const seen = relative(dirname(resolve(file)), join(directory, 'run.html'));
  const address = seen.split(sep).map(encodeURIComponent).join('/');
  return html`<tr><th scope="row"><a href="${address}">${name}</a></th><td><span class="status ${status}">${status}</span></td><td>${failed.join(', ')}</td><td class="wide">${pipeline}</td><td class="wide">${moment(startedAt)}</td><td>${elapsed(seconds)}</td></tr>
`;
}
