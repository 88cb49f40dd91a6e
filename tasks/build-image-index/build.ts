import { copyCosignTags } from '#lib/attest';
import { ExpectedError } from '#lib/errors';
import { mayFailOn, parseFailable } from '#lib/images';
import { imagePlatform, readTrustedCa } from '#lib/konflux';
import {
  copy,
  formatPlatform,
  ownPlatform,
  parseReference,
  parseTag,
  pushIndex,
  registryClientFor,
} from '#lib/oci';
import { implement } from '#lib/step';
import { Digest, ImageRef, ImageUrl } from '#lib/tekton';
import { annotationsOf } from './annotations.ts';
import { writeIndexDigest } from './index-data.ts';
import { indexMembers, refuseOtherFormat } from './members.ts';
import { givenPlatforms, readSource } from './read-source.ts';
import { task } from './task.ts';

export default implement(task.steps.build, async ({ params, log, signal, checkResults }) => {
  const { IMAGES, ALWAYS_BUILD_INDEX, BUILDAH_FORMAT: format } = params;
  const reference = parseReference(params.IMAGE);
  const references = IMAGES.map((image) => parseReference(image));
  const [tag, ...others] = tagsOf(reference.tag);
  const given = givenPlatforms(params.IMAGES_PLATFORMS, IMAGES);
  if (!ALWAYS_BUILD_INDEX && IMAGES.length > 1) {
    throw new ExpectedError(`no index is to be built, and there are ${IMAGES.length} images`, {
      hint: 'ALWAYS_BUILD_INDEX=false is for one platform: build one, or let an index be built',
    });
  }
  if (params.STORAGE_DRIVER !== 'vfs') log.info('STORAGE_DRIVER has no effect: no image is stored here');
  const choice = { tlsVerify: params.TLSVERIFY, images: [reference, ...references] };
  using client = registryClientFor(choice, { ca: await readTrustedCa() });
  const target = client.repository(reference);
  const sources = await Promise.all(
    IMAGES.map((image) => readSource(client, image, given.get(image), { signal })),
  );
  const failable = params.FAILABLE.map(parseFailable);
  const members = indexMembers(
    sources.flatMap((source) => source.members),
    params.PLATFORMS,
    (platform) => mayFailOn(failable, params.NAME, platform),
  );
  const there = members.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  const wanted = params.PLATFORMS.map((platform) => formatPlatform(imagePlatform(platform)));
  const missing = wanted.filter((platform) => !there.includes(platform));
  for (const platform of missing) log.warn(`${platform} is missing, and may be`);
  const node = formatPlatform(ownPlatform());
  const shared = { PLATFORMS: there, MISSING_PLATFORMS: missing, NODE_PLATFORM: node };
  const [only] = IMAGES;
  if (!ALWAYS_BUILD_INDEX && only !== undefined) {
    log.info(`no index is built of ${only}, and no tag moves`);
    return {
      ...resultsOf(ImageUrl.parse(only.slice(0, only.indexOf('@'))), only),
      IMAGES: bare(only),
      ...shared,
    };
  }
  refuseOtherFormat(members, format);
  const annotations = annotationsOf({ run: params.RUN, wanted, missing, node }, format);
  const results = (digest: Digest) => ({
    ...resultsOf(params.IMAGE, `${target.name}@${digest}`),
    IMAGES: members.map((member) => `${target.name}@${member.digest}`).join(','),
    ...shared,
  });
  checkResults(results(Digest.parse(`sha256:${'0'.repeat(64)}`)));
  for (const { from, members: theirs } of sources) {
    if (from.name === target.name) continue;
    for (const { descriptor } of theirs) {
      log.info(`copying ${from.name}@${descriptor.digest} into ${target.name}`);
      // With what refers to it: an SBOM is looked for where the image is.
      await copy(from, target, { reference: descriptor.digest, referrers: true, signal });
      await copyCosignTags(from, target, descriptor.digest, { signal });
    }
  }
  const root = await pushIndex(
    target,
    { manifests: members, ...(annotations && { annotations }), tags: [...others, tag], format },
    { signal },
  );
  if (process.env.INDEX_DATA !== undefined) await writeIndexDigest(process.env.INDEX_DATA, root.digest);
  log.info(`pushed ${params.IMAGE}@${root.digest} of ${members.length} platforms`);
  return results(Digest.parse(root.digest));
});

/** The tag of the TaskRun's name keeps an index whose other tag has moved on: registries collect what has none. */
function tagsOf(tag = 'latest'): readonly [tag: string, ...others: string[]] {
  const name = process.env.TASKRUN_NAME ?? '';
  return name === '' ? [tag] : [tag, parseTag(name)];
}

function resultsOf(url: ImageUrl, image: string) {
  return {
    IMAGE_URL: url,
    IMAGE_DIGEST: Digest.parse(image.slice(image.indexOf('@') + 1)),
    IMAGE_REF: ImageRef.parse(bare(image)),
  };
}

/** `repository@digest`, as signatures and SBOMs name an image. */
function bare(image: string): string {
  const { registry, repository, digest } = parseReference(image);
  return `${registry}/${repository}@${digest}`;
}
