import { atLevel, imageValues } from '#lib/konflux';
import { implement } from '#lib/step';
import { buildHere } from './build-here.ts';
import { readHost } from './host.ts';
import { buildOnHost } from './on-host/build-on-host.ts';
import { SSH } from './places.ts';
import { refuseUnsupported } from './refuse-unsupported.ts';
import { readRequest } from './request.ts';
import { checkSigning } from './signing.ts';
import { task } from './task.ts';
import { withoutEffect } from './without-effect.ts';

export default implement(task.steps.build, async ({ params, signal, tool, ...context }) => {
  const log = atLevel(context.log, params.LOG_LEVEL);
  const host = await readHost(SSH);
  await refuseUnsupported(params, host);
  await checkSigning({ signal, log, tool });
  // What cannot be built is told before any host is asked.
  const request = await readRequest(params);
  if (host.kind === 'here') for (const line of withoutEffect(params)) log.warn(line);
  const digest =
    host.kind === 'ssh'
      ? await buildOnHost(host, request, { log, signal })
      : await buildHere(request, { tool, log, signal });
  return imageValues(request.image, digest);
});
