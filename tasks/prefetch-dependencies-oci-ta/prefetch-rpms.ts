import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { atLevel, readTrustedCa } from '#lib/konflux';
import { checkLocks, parseNetrc, parsePrefetchInput, prefetchRpms } from '#lib/prefetch';
import { implement } from '#lib/step';
import { leaveForHermeto, readOptional } from './for-hermeto.ts';
import { task } from './task.ts';

/** Fetches RPMs, or prepares what the step of hermeto needs and tells that it is to run. */
export default implement(task.steps['prefetch-rpms'], async ({ params, workspaces, log: all, signal }) => {
  const log = atLevel(all, params['log-level']);
  const { source, cachi2, config } = workspaces;
  const input = parsePrefetchInput(params.input);
  const key = registration(workspaces['activation-key']);
  const ca = [...(await readTrustedCa()), ...(await readTrustedCa(workspaces['service-ca']))];
  const netrc = workspaces.netrc === undefined ? undefined : join(workspaces.netrc, '.netrc');
  const netrcText = netrc === undefined ? undefined : await readOptional(netrc);
  const reason = whyHermeto(input, key !== undefined);
  const { mode, 'sbom-type': sbomType } = params;
  if (reason === undefined) {
    const logins = netrcText === undefined ? undefined : parseNetrc(netrcText);
    const options = { source, target: cachi2, mode, sbomType, netrc: logins, ca, signal, log };
    await prefetchRpms(input.rpms, options);
  } else {
    log.info(`hermeto fetches all: ${reason}`);
    await checkLocks(input.rpms, { source, mode });
    await leaveForHermeto({
      directory: config,
      config: params['config-file-content'],
      netrc: netrcText === undefined ? undefined : netrc,
      ca,
    });
  }
  const isRegistered = key !== undefined && input.rpms.length > 0;
  await writeFile(workspaces.hermeto, String(reason !== undefined));
  await writeFile(workspaces['rhsm-org'], isRegistered ? key.org : '');
  await writeFile(workspaces['rhsm-activation-key'], isRegistered ? key.activationKey : '');
  return {};
});

/** Paths of what the secret ACTIVATION_KEY holds; undefined where there is no such secret. */
function registration(
  directory: string,
): { readonly org: string; readonly activationKey: string } | undefined {
  const org = join(directory, 'org');
  const activationKey = join(directory, 'activationkey');
  const there = [org, activationKey].filter((path) => existsSync(path));
  if (there.length === 0) return undefined;
  if (there.length === 2) return { org, activationKey };
  throw new ExpectedError(
    'the secret ACTIVATION_KEY is not whole: it has only one of org and activationkey',
    {
      kind: 'invalid',
      hint: 'give it both, or name a secret that is not there',
    },
  );
}

/** Undefined where RPMs are all, and no certificate of a client is needed for them. */
function whyHermeto(
  { rpms, others }: ReturnType<typeof parsePrefetchInput>,
  hasKey: boolean,
): string | undefined {
  if (others.length > 0) return `the input names ${others.join(', ')}`;
  if (rpms.some(({ options }) => options?.ssl !== undefined && options.ssl !== null))
    return 'the input has options.ssl';
  return hasKey && rpms.length > 0 ? 'there is an activation key' : undefined;
}
