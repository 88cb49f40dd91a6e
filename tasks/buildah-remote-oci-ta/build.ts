import { atLevel, imageValues } from '#lib/konflux';
import { implement } from '#lib/step';
import { buildHere } from './build-here.ts';
import { buildOnHost } from './build-on-host.ts';
import { readHost } from './host.ts';
import { leaveImage } from './left-image.ts';
import { SSH } from './places.ts';
import { refuseUnsupported } from './refuse-unsupported.ts';
import { readRequest } from './request.ts';
import { refuseClusterSigning } from './signing.ts';
import { task } from './task.ts';
import { withoutEffect } from './without-effect.ts';

export default implement(task.steps.build, async ({ params, signal, tool, ...context }) => {
  const log = atLevel(context.log, params.LOG_LEVEL);
  const host = await readHost(SSH);
  await refuseUnsupported(params, host);
  await refuseClusterSigning(signal);
  // What cannot be built is told before any host is asked.
  const request = await readRequest(params);
  if (host.kind === 'ssh') {
    const left = await buildOnHost(host, request, { log, signal });
    return imageValues(request.image, left.digest);
  }
  for (const line of withoutEffect(params)) log.warn(line);
  const left = await buildHere(request, { tool, log, signal });
  await leaveImage(left);
  return imageValues(request.image, left.digest);
});
