import { atLevel, imageValues, readTrustedCa } from '#lib/konflux';
import { implement } from '#lib/step';
import { buildImage } from './build-image.ts';
import { UnsupportedBuildError } from './buildah.ts';
import { readHost } from './host.ts';
import { leaveImage } from './left-image.ts';
import { leavePrefetched } from './left-prefetch.ts';
import { PROXY_CA, SSH } from './places.ts';
import { pushBuiltImage } from './push-built-image.ts';
import { refuseUnsupported } from './refuse-unsupported.ts';
import { readRequest } from './request.ts';
import { checkSigning } from './signing.ts';
import { task } from './task.ts';
import { usedImages } from './used-images.ts';
import { withoutEffect } from './without-effect.ts';

export default implement(task.steps.build, async ({ params, signal, tool, ...context }) => {
  const log = atLevel(context.log, params.LOG_LEVEL);
  const host = await readHost(SSH);
  if (host.kind === 'ssh') {
    throw new UnsupportedBuildError(
      `cannot build for ${params.PLATFORM}: hosts behind ssh are not supported yet`,
      {
        hint: 'build in the pod: a platform whose host is localhost, such as linux/x86_64',
      },
    );
  }
  await refuseUnsupported(params);
  await checkSigning({ signal, log, tool });
  for (const line of withoutEffect(params)) log.warn(line);
  const request = await readRequest(params);
  const ca = [...(await readTrustedCa()), ...(await readTrustedCa(PROXY_CA))];
  const prefetched = await leavePrefetched();
  const built = await buildImage(request, { ca, tool, log, signal });
  const digest = await pushBuiltImage(built, { ...request, prefetched }, { ca, log, signal });
  const pinned = new Map(built.baseImages.map((one) => [one.reference, one.pinned]));
  await leaveImage({ digest, image: request.image, ...usedImages(request.plan, pinned) });
  return imageValues(request.image, digest);
});
