import { readTrustedCa } from '#lib/konflux';
import type { StepContext } from '#lib/step';
import { buildImage } from './build-image.ts';
import type { LeftImage } from './left-image.ts';
import { PROXY_CA } from './places.ts';
import { pushBuiltImage } from './push-built-image.ts';
import type { BuildRequest } from './request.ts';

/** Builds and pushes where the step runs: in its pod, or in a container on its host. */
export async function buildHere(
  request: BuildRequest,
  { tool, log, signal }: Pick<StepContext, 'tool' | 'log' | 'signal'>,
): Promise<LeftImage> {
  const ca = [...(await readTrustedCa()), ...(await readTrustedCa(PROXY_CA))];
  const built = await buildImage(request, { ca, tool, log, signal });
  const digest = await pushBuiltImage(built, request, { ca, log, signal });
  return { digest, image: request.image, baseImages: built.baseImages.map(({ pinned }) => pinned) };
}
