import { readSbom } from '#lib/attest';
import { parseReference, readImage, registryClientFor } from '#lib/oci';
import type { StepContext } from '#lib/step';
import type { Params } from '../request.ts';

/**
 * The SBOM of the image that another one is based on, for its own architecture; undefined, and told, where it has none: as
 * in Konflux' task, the new SBOM then says all packages to be the new image's.
 *
 * @param base `repository[:tag]@digest`
 */
export async function readBaseSbom(
  base: string | undefined,
  architecture: string,
  { TLSVERIFY }: Pick<Params, 'TLSVERIFY'>,
  { ca, log, signal }: Pick<StepContext, 'log' | 'signal'> & { readonly ca: readonly string[] },
): Promise<string | undefined> {
  if (base === undefined) return undefined;
  const reference = parseReference(base);
  using client = registryClientFor({ tlsVerify: TLSVERIFY, images: [reference] }, { ca });
  const target = client.repository(reference);
  const platform = { os: 'linux', architecture };
  const { descriptor } = await readImage(target, reference.digest ?? '', { platform, signal });
  const text = await readSbom(target, descriptor, { signal });
  if (text === undefined) log.warn(`CONTEXTUALIZE_SBOM has no effect: ${base} has no SBOM in SPDX`);
  return text;
}
