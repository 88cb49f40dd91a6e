import { InvalidReleaseError, makesPublic, PublicData } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

/** What a Secret may be called. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

export default implement(task.steps['collect-secret'], async (context) => {
  const { params, log } = context;
  const data = releaseFiles(context).read(params.dataPath, PublicData, 'the data');
  if (!makesPublic(data)) {
    log.info('no component and no default of the mapping says public: nothing becomes public');
    return { registrySecret: '' };
  }
  const registrySecret = data.mapping?.registrySecret?.trim() ?? '';
  if (registrySecret === '')
    throw new InvalidReleaseError(
      'repositories are to become public, and mapping.registrySecret is not there',
      {
        hint: 'name a Secret whose key token has a token of Quay that may administer repositories',
      },
    );
  if (!NAME.test(registrySecret))
    throw new InvalidReleaseError(
      `mapping.registrySecret is ${quoted(registrySecret)}, which no Secret is called`,
    );
  log.info(`the Secret ${registrySecret} has the token`);
  return { registrySecret };
});
