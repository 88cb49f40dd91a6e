import { ExpectedError } from '#lib/errors';
import { createDirectoryImage, withPlatform } from '#lib/image-build';
import { imageValues } from '#lib/konflux';
import { copy, identifierOf, parseReference, registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import { BUILT } from './places.ts';
import { task } from './task.ts';

/** Pushes what the build has left, which is as trustworthy as the code of the build: an image, whatever is in it. */
export default implement(task.steps.push, async ({ params, log, signal }) => {
  const image = params.IMAGE_APPEND_PLATFORM ? withPlatform(params.IMAGE, params.PLATFORM) : params.IMAGE;
  const reference = parseReference(image);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] });
  const built = createDirectoryImage(BUILT);
  const root = await built.resolve('built');
  log.info(`pushing ${image}`);
  const result = await copy(built, client.repository(reference), {
    reference: root.digest,
    tags: [identifierOf(reference)],
    signal,
  });
  if (result.root.digest !== root.digest) throw new ExpectedError(`${BUILT} has changed while it was read`);
  return imageValues(image, root.digest);
});
