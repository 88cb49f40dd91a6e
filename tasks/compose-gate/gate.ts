import { join } from 'node:path';
import pMap from 'p-map';
import { mayFailOn, parseFailable } from '#lib/images';
import { parseReference, parseTag, registryClientFor } from '#lib/oci';
import { writeWhole } from '#lib/process';
import { FailedStepError, implement } from '#lib/step';
import { Digest } from '#lib/tekton';
import { printable, visibleJson } from '#lib/text';
import { parseAllowDrop } from './allow-drop.ts';
import { judge } from './judge.ts';
import { lookAt } from './look.ts';
import { reportOf, tableLines, verdictOutput } from './report.ts';
import { pairs, requestsOf } from './request.ts';
import { task } from './task.ts';

/** What is pushed of an image that is not promoted, if ever: nothing has this digest. */
const NOTHING = `sha256:${'0'.repeat(64)}`;

/** Images that are looked at at once. */
const AT_ONCE = 4;

export default implement(task.steps.gate, async ({ params, workspaces, log, signal }) => {
  const requests = requestsOf(params);
  const failable = params.FAILABLE.map(parseFailable);
  const drops = parseAllowDrop(params.ALLOW_DROP);
  const tags = params.PRODUCTION_TAGS.map((tag) => parseTag(tag));
  const places = requests.flatMap(({ index, production }) => [index, production].map(parseReference));
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: places });
  const seen = await pMap(
    requests,
    async (request) => [request, await lookAt(client, request, tags, { signal })] as const,
    { concurrency: AT_ONCE },
  );
  const rules = { run: params.RUN, tests: params.TESTS, nodeTests: params.NODE_TESTS };
  const verdict = judge(seen, { ...rules, failable, drops, now: new Date() });
  for (const line of tableLines(verdict, (name, platform) => mayFailOn(failable, name, platform)))
    log.info(line);
  if (workspaces.reports !== undefined) {
    const file = join(workspaces.reports, `compose-gate-${params.RUN}.json`);
    writeWhole(file, `${visibleJson(reportOf(verdict, params.RUN), 2)}\n`);
  }
  const promoted = new Map(
    verdict.decisions.flatMap(({ name, fate, digest }) => (fate === 'promoted' ? [[name, digest]] : [])),
  );
  const results = {
    PROMOTE: [...promoted.keys()],
    DIGESTS: [...pairs('IMAGES', params.IMAGES).keys()].map((name) =>
      Digest.parse(promoted.get(name) ?? NOTHING),
    ),
    INCOMPLETE: cut(verdict.incomplete),
    TEST_OUTPUT: verdictOutput(verdict),
  };
  if (verdict.failed.length === 0) return results;
  const why = verdict.decisions
    .filter(({ name }) => verdict.failed.includes(name))
    .map(({ name, reason }) => `${name}: ${printable(reason)}`);
  throw new FailedStepError(`nothing is promoted: ${why.join('; ')}`, results);
});

/** A result carries little; the table has them all. */
function cut(names: readonly string[]): string[] {
  const most = 10;
  if (names.length <= most) return [...names];
  return [...names.slice(0, most), `and ${names.length - most} more`];
}
