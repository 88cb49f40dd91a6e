import { createDirectoryImage } from '#lib/image-build';
import { copy, type Digest, identifierOf, parseTag, registryClientFor } from '#lib/oci';
import type { Package } from '#lib/sbom';
import type { StepContext } from '#lib/step';
import type { BuiltImage } from './build-image.ts';
import { contentSets } from './content-sets.ts';
import { finishImage } from './finish-image.ts';
import type { BuildRequest } from './request.ts';

/** Does what buildah did not, and pushes the image with the tags of `image` and of the TaskRun; its digest. */
export async function pushBuiltImage(
  { directory, metadata }: BuiltImage,
  {
    params,
    image,
    reference,
    epoch,
    prefetched,
  }: BuildRequest & { readonly prefetched: readonly Package[] | undefined },
  { ca, log, signal }: Pick<StepContext, 'log' | 'signal'> & { readonly ca: readonly string[] },
): Promise<Digest> {
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] }, { ca });
  const built = createDirectoryImage(directory);
  const files = params.SKIP_INJECTIONS
    ? {}
    : {
        'usr/share/buildinfo/labels.json': `${JSON.stringify(Object.fromEntries(metadata.labels))}\n`,
        ...(prefetched && { 'usr/share/buildinfo/content-sets.json': contentSets(prefetched) }),
      };
  if (!params.SKIP_INJECTIONS && params.ICM_KEEP_COMPAT_LOCATION)
    log.warn('labels.json is at /usr/share/buildinfo alone: /root may be a link in the image');
  const finish = { format: params.BUILDAH_FORMAT, epoch, files };
  const finished = await finishImage(built, await built.resolve('built'), finish, { signal });
  const { digest } = await finished.resolve('finished');
  const taskRun = process.env.TASKRUN_NAME ?? '';
  log.info(`pushing ${image}`);
  await copy(finished, client.repository(reference), {
    reference: digest,
    // The tag of the TaskRun's name keeps the image when the other tag moves on: registries collect what has none.
    tags: [...(taskRun === '' ? [] : [parseTag(taskRun)]), identifierOf(reference)],
    signal,
  });
  return digest;
}
