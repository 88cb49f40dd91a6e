import { attachSbom } from '#lib/attest';
import { atLevel, imagePlatform, readTrustedCa } from '#lib/konflux';
import { parseReference, readImage, registryClientFor, rpmArchitecture } from '#lib/oci';
import { mergePrefetched, packagesFor, packagesOfImage, sbomOfBuiltImage } from '#lib/sbom';
import { implement } from '#lib/step';
import { readLeftImage } from './left-image.ts';
import { readLeftPrefetched } from './left-prefetch.ts';
import { task } from './task.ts';

export default implement(task.steps['prepare-and-upload-sboms'], async ({ params, signal, ...context }) => {
  const log = atLevel(context.log, params.LOG_LEVEL);
  if (params.SKIP_SBOM_GENERATION) {
    log.info('no SBOM is made: SKIP_SBOM_GENERATION is true');
    return { SBOM_BLOB_URL: '' };
  }
  if (!params.SBOM_SKIP_VALIDATION) log.info('the SBOM is not validated by mobster: it is written here');
  const { digest, image, stages, others } = await readLeftImage();
  const reference = parseReference(image);
  const choice = { tlsVerify: params.TLSVERIFY, images: [reference] };
  using client = registryClientFor(choice, { ca: await readTrustedCa() });
  const target = client.repository(reference);
  const { architecture } = imagePlatform(params.PLATFORM);
  const found = await readImage(target, digest, { signal });
  const prefetched = packagesFor(rpmArchitecture(architecture), (await readLeftPrefetched()) ?? []);
  const packages = mergePrefetched(await packagesOfImage(target, found, { signal }), prefetched);
  const document = sbomOfBuiltImage(
    reference,
    found.descriptor.digest,
    architecture,
    {
      packages,
      stages: stages.map((stage) => stage ?? undefined),
      additional: [...new Set([...others, ...params.ADDITIONAL_BASE_IMAGES])],
    },
    // The image's time and not that of the moment: the same image gives the same SBOM.
    { created: new Date(found.config.created ?? 0), tool: 'bootc-catalog' },
  );
  const content = Buffer.from(`${JSON.stringify(document)}\n`);
  const blob = await attachSbom(target, found.descriptor, { type: 'spdx', content }, { signal });
  log.info(`attached the SBOM ${blob} with ${packages.length} packages to ${target.name}@${digest}`);
  return { SBOM_BLOB_URL: `${target.name}@${blob}` };
});
