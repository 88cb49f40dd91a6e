import * as z from 'zod';
import { asksForPublic, InvalidReleaseError } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

const Data = z.looseObject({ mapping: z.looseObject({ registrySecret: z.string().nullish() }).nullish() });

/** Kubernetes, "Object Names and IDs": names of Secrets are DNS subdomains. */
const SECRET = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

export default implement(task.steps['collect-secret'], async ({ params, workspaces, log }) => {
  const data = releaseFiles({ params, workspaces }).read(params.dataPath, Data, 'the data of the release');
  if (!asksForPublic(data)) {
    log.info('no repository shall be made public, so that no secret is needed');
    return { registrySecret: '' };
  }
  const registrySecret = data.mapping?.registrySecret?.trim() ?? '';
  if (SECRET.test(registrySecret)) return { registrySecret };
  const why = registrySecret === '' ? 'is not there' : `is ${quoted(registrySecret)}, which names no Secret`;
  throw new InvalidReleaseError(`mapping.registrySecret ${why}, and repositories shall be made public`, {
    hint: 'name a Secret with a key token, or leave public away',
  });
});
