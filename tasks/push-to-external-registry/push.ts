import { isManifestType, parseDigest, parseReference, parseTag, registryClientFor } from '#lib/oci';
import { carryOut, createLimits, planPromotion } from '#lib/promote';
import { implement } from '#lib/step';
import type { Values } from '#lib/tekton';
import { task } from './task.ts';

/** Requests and blobs under way at each registry at once. */
const CONCURRENCY = 5;

export default implement(task.steps.push, async ({ params, log, signal, checkResults }) => {
  const [from, to] = [parseReference(params.IMAGE_URL), parseReference(params.REPOSITORY)];
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [from, to] });
  const target = client.repository(to);
  const digest = parseDigest(params.IMAGE_DIGEST);
  // All tags are looked at before anything is copied: a suffix can make a tag too long.
  const tags = [...new Set(params.TAGS.map((tag) => parseTag(`${tag}${params.TAG_SUFFIX}`)))];
  const most = Number.MAX_SAFE_INTEGER;
  checkResults(resultsOf(target.name, { digest, tags, copied: most, skipped: most }));
  log.info(`copying ${client.repository(from).name}@${digest} to ${target.name}`);

  const limits = createLimits(CONCURRENCY);
  const promotion = {
    component: target.name,
    source: { ...from, digest },
    targets: [{ repository: to, tags }],
    companions: 'none',
    sourceContainer: 'no',
    referrers: false,
    mayLosePlatforms: true,
  } as const;
  const plan = await planPromotion(client, [promotion], { limits, signal });
  const moved = plan.tags.filter(({ what }) => what !== 'there');
  const count = { copied: 0, skipped: 0 };
  await carryOut(plan, {
    limits,
    signal,
    onCopy: (_, event) => {
      if (event.type === 'bytes' || event.type === 'tagged') return;
      count[event.type === 'skipped' ? 'skipped' : 'copied']++;
      if (isManifestType(event.descriptor.mediaType)) log.info(`${event.type} ${event.descriptor.digest}`);
    },
    onMoved: ({ tag }) => log.info(`tagged ${tag}`),
  });
  if (moved.length === 0) log.info('everything was there already');
  // Where every tag names it, it is there with all that it names, and nobody has looked.
  const skipped = moved.length === 0 ? 1 : count.skipped;
  const result = { digest, tags: moved.map(({ tag }) => tag), copied: count.copied, skipped };
  return resultsOf(target.name, result);
});

function resultsOf(name: string, PUSHED: Values<typeof task.steps.push.results>['PUSHED']) {
  return { PUSHED, TARGET: `${name}@${PUSHED.digest}` };
}
