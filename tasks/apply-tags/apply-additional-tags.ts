import { atLevel, readTrustedCa } from '#lib/konflux';
import { parseReference, parseTag, readImages, registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import { task } from './task.ts';

export default implement(task.steps['apply-additional-tags'], async (context) => {
  const { params, signal } = context;
  const log = atLevel(context.log, params.LOG_LEVEL);
  const reference = parseReference(params.IMAGE_URL);
  const ca = await readTrustedCa();
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] }, { ca });
  const target = client.repository(reference);
  const { root, images } = await readImages(target, params.IMAGE_DIGEST, { signal });
  const label = images[0]?.config.config?.Labels?.[params.ADDITIONAL_TAGS_FROM_LABEL] ?? '';
  const fromLabel =
    params.ADDITIONAL_TAGS_FROM_LABEL === '' ? [] : label.split(/[\s,]+/).filter((tag) => tag !== '');
  // All tags are looked at before the first is written.
  const tags = [...new Set([...params.ADDITIONAL_TAGS, ...fromLabel])].map((tag) => parseTag(tag));
  for (const tag of tags) {
    await target.tag(root, tag, { signal });
    log.info(`tagged ${target.name}:${tag}`);
  }
  if (tags.length === 0) log.info('no additional tags');
  return {};
});
