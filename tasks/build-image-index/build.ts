import { ExpectedError } from '#lib/errors';
import { imageValues } from '#lib/konflux';
import {
  formatPlatform,
  ownPlatform,
  parseReference,
  pushIndex,
  readImage,
  registryClientFor,
} from '#lib/oci';
import { implement } from '#lib/step';
import { indexMembers } from './members.ts';
import { task } from './task.ts';

export default implement(task.steps.build, async ({ params, log, signal }) => {
  const reference = parseReference(params.IMAGE);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const target = client.repository(reference);
  const images = await Promise.all(
    params.IMAGES.map(async (image) => {
      const { registry, repository, digest } = parseReference(image);
      if (registry !== reference.registry || repository !== reference.repository || digest === undefined) {
        throw new ExpectedError(`cannot put ${image} into an index in ${target.name}`, {
          hint: 'the images of an index stand in its repository, and are given by digest',
        });
      }
      return readImage(target, digest, { signal });
    }),
  );
  const members = indexMembers(images, params.PLATFORMS);
  const [only] = members;
  const tag = reference.tag ?? 'latest';
  const single = !params.ALWAYS_BUILD_INDEX && members.length === 1 && only !== undefined;
  if (single) await target.tag(only, tag, { signal });
  const format = only?.mediaType.includes('docker') ? 'docker' : 'oci';
  const root = single
    ? only
    : await pushIndex(target, { manifests: members, tags: [tag], format }, { signal });
  log.info(`pushed ${params.IMAGE}@${root.digest} of ${members.length} platforms`);
  return {
    ...imageValues(params.IMAGE, root.digest),
    IMAGES: members.map(({ digest }) => `${target.name}@${digest}`).join(','),
    PLATFORMS: members.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : [])),
    NODE_PLATFORM: formatPlatform(ownPlatform()),
  };
});
