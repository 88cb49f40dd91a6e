import { rm } from 'node:fs/promises';
import { createDirectoryImage } from '#lib/image-build';
import { imagePlatform } from '#lib/konflux';
import { copy, identifierOf, parseReference, readImage, registryClientFor } from '#lib/oci';
import { implement } from '#lib/step';
import { BASE } from './places.ts';
import { task } from './task.ts';

/** The one image that is pulled with the credentials of the pod: the build has none. */
export default implement(task.steps.pull, async ({ params, log, signal }) => {
  // A wrong reference is told before anything is built, and not after.
  const image = parseReference(params.IMAGE);
  if (params.FROM_IMAGE === '') return {};
  const reference = parseReference(params.FROM_IMAGE);
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [image, reference] });
  const source = client.repository(reference);
  const platform = imagePlatform(params.PLATFORM);
  const { descriptor } = await readImage(source, identifierOf(reference), { platform, signal });
  log.info(`pulling ${source.name}@${descriptor.digest}`);
  await rm(BASE, { recursive: true, force: true });
  await copy(source, createDirectoryImage(BASE), { reference: descriptor.digest, signal });
  return {};
});
