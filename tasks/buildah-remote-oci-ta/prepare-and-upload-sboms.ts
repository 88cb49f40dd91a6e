import { attachSbom } from '#lib/attest';
import { atLevel, imagePlatform, readTrustedCa } from '#lib/konflux';
import { parseReference, type Repository, readImage, registryClientFor, rpmArchitecture } from '#lib/oci';
import {
  cyclonedxOfBuiltImage,
  mergePrefetched,
  packagesFor,
  packagesOfImage,
  sbomOfBuiltImage,
} from '#lib/sbom';
import { implement, type StepContext } from '#lib/step';
import type { Values } from '#lib/tekton';
import { type LeftImage, readLeftImage } from './left-image.ts';
import { OIDC_TOKEN } from './places.ts';
import { readLeftPrefetched } from './prefetch/left-prefetch.ts';
import { contextualizes } from './refuse-unsupported.ts';
import { readBaseSbom } from './sbom/base-sbom.ts';
import { signWithCosign } from './sbom/sign-with-cosign.ts';
import { clusterSigning } from './signing.ts';
import { task } from './task.ts';

const step = task.steps['prepare-and-upload-sboms'];

export default implement(step, async ({ params, signal, tool, ...context }) => {
  const log = atLevel(context.log, params.LOG_LEVEL);
  const left = await readLeftImage();
  const reference = parseReference(left.image);
  const ca = await readTrustedCa();
  using client = registryClientFor({ tlsVerify: params.TLSVERIFY, images: [reference] }, { ca });
  const target = client.repository(reference);
  const attached = params.SKIP_SBOM_GENERATION
    ? undefined
    : await attach(target, left, params, { ca, log, signal });
  if (attached === undefined) log.info('no SBOM is made: SKIP_SBOM_GENERATION is true');
  const services = await clusterSigning({ signal, log });
  if (services !== undefined) {
    const image = `${target.name}@${left.digest}`;
    const what = {
      services,
      image,
      sbom: attached?.sbom,
      token: OIDC_TOKEN,
      tlsVerify: params.TLSVERIFY,
      ca,
    };
    await signWithCosign(what, { tool, signal, log });
  }
  return { SBOM_BLOB_URL: attached === undefined ? '' : `${target.name}@${attached.blob}` };
});

/** Makes the SBOM of the image and attaches it; the document, and the digest by which the registry has it. */
async function attach(
  target: Repository,
  { digest, image, stages, others }: LeftImage,
  params: Values<typeof step.params>,
  context: Pick<StepContext, 'log' | 'signal'> & { readonly ca: readonly string[] },
) {
  const { log, signal } = context;
  if (!params.SBOM_SKIP_VALIDATION) log.info('the SBOM is not validated by mobster: it is written here');
  const { architecture } = imagePlatform(params.PLATFORM);
  const found = await readImage(target, digest, { signal });
  const prefetched = packagesFor(rpmArchitecture(architecture), (await readLeftPrefetched()) ?? []);
  const packages = mergePrefetched(await packagesOfImage(target, found, { signal }), prefetched);
  const type = params.SBOM_TYPE;
  const base = stages.at(-1) ?? undefined;
  const baseSbom = contextualizes(params)
    ? await readBaseSbom(base, architecture, params, context)
    : undefined;
  const document = (type === 'spdx' ? sbomOfBuiltImage : cyclonedxOfBuiltImage)(
    parseReference(image),
    found.descriptor.digest,
    architecture,
    {
      packages,
      stages: stages.map((stage) => stage ?? undefined),
      additional: [...new Set([...others, ...params.ADDITIONAL_BASE_IMAGES])],
      baseSbom,
    },
    // The image's time and not that of the moment: the same image gives the same SBOM.
    { created: new Date(found.config.created ?? 0), tool: 'bootc-catalog' },
  );
  const sbom = { type, content: Buffer.from(`${JSON.stringify(document)}\n`) };
  const blob = await attachSbom(target, found.descriptor, sbom, { signal });
  log.info(`attached the SBOM ${blob} with ${packages.length} packages to ${target.name}@${digest}`);
  return { sbom, blob };
}
