import { readTrustedCa } from '#lib/konflux';
import type { Digest } from '#lib/oci';
import type { StepContext } from '#lib/step';
import { buildImage } from './build-image.ts';
import { leaveImage } from './left-image.ts';
import { PROXY_CA } from './places.ts';
import { leavePrefetched } from './prefetch/left-prefetch.ts';
import { pushBuiltImage } from './push-built-image.ts';
import type { BuildRequest } from './request.ts';
import { usedImages } from './used-images.ts';

/** Builds and pushes where the step runs, in its pod or in a container on its host, and leaves what the SBOM needs. */
export async function buildHere(
  request: BuildRequest,
  { tool, log, signal }: Pick<StepContext, 'tool' | 'log' | 'signal'>,
): Promise<Digest> {
  const ca = [...(await readTrustedCa()), ...(await readTrustedCa(PROXY_CA))];
  const prefetched = await leavePrefetched();
  const built = await buildImage(request, { ca, tool, log, signal });
  const digest = await pushBuiltImage(built, { ...request, prefetched }, { ca, log, signal });
  const pinned = new Map(built.baseImages.map((one) => [one.reference, one.pinned]));
  await leaveImage({ digest, image: request.image, ...usedImages(request.plan, pinned) });
  return digest;
}
