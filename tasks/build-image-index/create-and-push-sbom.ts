import { attachSbom } from '#lib/attest';
import { readTrustedCa } from '#lib/konflux';
import { parseReference, readImages, registryClientFor } from '#lib/oci';
import { sbomOfBuiltIndex } from '#lib/sbom';
import { implement } from '#lib/step';
import { readIndexDigest } from './index-data.ts';
import { task } from './task.ts';

export default implement(task.steps['create-and-push-sbom'], async ({ params, workspaces, log, signal }) => {
  const digest = await readIndexDigest(workspaces.index);
  if (digest === undefined) {
    log.info('no index was built: there is no SBOM to make');
    return { SBOM_BLOB_URL: '' };
  }
  if (params.SBOM_SKIP_VALIDATION) log.info('SBOM_SKIP_VALIDATION has no effect: the SBOM is written here');
  const reference = parseReference(params.IMAGE);
  const choice = { tlsVerify: params.TLSVERIFY, images: [reference] };
  using client = registryClientFor(choice, { ca: await readTrustedCa() });
  const target = client.repository(reference);
  const { root, index, images } = await readImages(target, digest, { signal });
  const times = images.map(({ config }) => Date.parse(config.created ?? '')).filter(Number.isFinite);
  const document = sbomOfBuiltIndex(
    { ...reference, tag: reference.tag ?? 'latest' },
    root.digest,
    (index?.manifests ?? []).map((member) => ({
      digest: member.digest,
      architecture: member.platform?.architecture ?? '',
    })),
    // The newest image's time and not that of the moment: the same images give the same SBOM.
    { created: new Date(Math.max(0, ...times)), tool: 'bootc-catalog' },
  );
  const content = Buffer.from(`${JSON.stringify(document)}\n`);
  const blob = await attachSbom(target, root, { type: 'spdx', content }, { signal });
  log.info(`attached the SBOM ${blob} to ${target.name}@${root.digest}`);
  return { SBOM_BLOB_URL: `${target.name}@${blob}` };
});
