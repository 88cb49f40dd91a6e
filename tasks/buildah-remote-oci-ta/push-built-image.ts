import { createDirectoryImage } from '#lib/image-build';
import { copy, type Digest, identifierOf, parseTag, registryClientFor } from '#lib/oci';
import type { Package } from '#lib/sbom';
import type { StepContext } from '#lib/step';
import type { BuiltImage } from './build-image.ts';
import { buildinfo } from './finish/buildinfo.ts';
import { type Finish, finishImage } from './finish/finish-image.ts';
import type { BuildRequest } from './request.ts';

/** Does what buildah did not, and pushes the image with the tags of `image` and of the TaskRun; its digest. */
export async function pushBuiltImage(
  { directory, baseImages, metadata, compatPlace }: BuiltImage,
  {
    params,
    image,
    reference,
    ownLabels,
    plan,
    epoch,
    prefetched,
  }: BuildRequest & { readonly prefetched: readonly Package[] | undefined },
  { ca, log, signal }: Pick<StepContext, 'log' | 'signal'> & { readonly ca: readonly string[] },
): Promise<Digest> {
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] }, { ca });
  const built = createDirectoryImage(directory);
  const { base } = plan.target;
  const below = baseImages.find(({ reference: one }) => base.kind === 'image' && base.reference === one);
  const finish: Finish = {
    format: params.BUILDAH_FORMAT,
    epoch,
    latest: params.REWRITE_TIMESTAMP && epoch ? epoch.getTime() / 1000 : undefined,
    bases: baseImages.map(({ layers }) => layers),
    directory,
    isSquashed: params.SQUASH,
    keepsLabel: (name) =>
      ownLabels === undefined ||
      ownLabels.has(name) ||
      below?.triggers?.labels.has(name) ||
      metadata.labels.has(name) ||
      name === 'io.buildah.version',
    files: (labels) => (params.SKIP_INJECTIONS ? {} : buildinfo(labels, prefetched, compatPlace)),
  };
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
