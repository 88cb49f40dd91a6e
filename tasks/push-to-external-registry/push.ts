import { copy, isManifestType, parseReference, parseTag, registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import type { Values } from '#lib/tekton';
import { task } from './task.ts';

export default implement(task.steps.push, async ({ params, log, signal, checkResults }) => {
  const [from, to] = [parseReference(params.IMAGE_URL), parseReference(params.REPOSITORY)];
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [from, to] });
  const source = client.repository(from);
  const target = client.repository(to);
  // All tags are looked at before anything is copied: a suffix can make a tag too long.
  const tags = [...new Set(params.TAGS.map((tag) => parseTag(`${tag}${params.TAG_SUFFIX}`)))];
  const most = Number.MAX_SAFE_INTEGER;
  checkResults(resultsOf(target.name, { digest: params.IMAGE_DIGEST, tags, copied: most, skipped: most }));
  log.info(`copying ${source.name}@${params.IMAGE_DIGEST} to ${target.name}`);
  const result = await copy(source, target, {
    reference: params.IMAGE_DIGEST,
    tags,
    signal,
    onProgress: (event) => {
      if (event.type === 'bytes') return;
      if (event.type === 'tagged') log.info(`tagged ${event.tag}`);
      else if (isManifestType(event.descriptor.mediaType))
        log.info(`${event.type} ${event.descriptor.digest}`);
    },
  });
  const copied = result.copied.length + result.mounted.length;
  if (copied === 0 && result.tagged.length === 0) log.info('everything was there already');
  const skipped = result.skipped.length;
  return resultsOf(target.name, { digest: result.root.digest, tags: [...result.tagged], copied, skipped });
});

function resultsOf(name: string, PUSHED: Values<typeof task.steps.push.results>['PUSHED']) {
  return { PUSHED, TARGET: `${name}@${PUSHED.digest}` };
}
