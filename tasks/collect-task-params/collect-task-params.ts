import * as z from 'zod';
import {
  checkDocument,
  choosePolicy,
  InvalidReleaseError,
  NO_POLICY,
  PolicyData,
  textOfValue,
  valueAt,
} from '#lib/release';
import { dataPlace, releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quoted } from '#lib/text';
import { task } from './task.ts';

const Data = z.record(z.string(), z.unknown());

export default implement(task.steps['collect-task-params'], async ({ params, workspaces, log }) => {
  const data = releaseFiles({ params, workspaces }).read(params.dataPath, Data, 'the data of the release');
  const keys = params.keysToExtract;
  const extractedValues = keys.map(() => '');
  for (const { resultIndex, key, default: fallback } of keys) {
    if (resultIndex >= keys.length)
      throw new InvalidReleaseError(`keysToExtract: resultIndex ${resultIndex} is not below ${keys.length}`);
    const found = valueAt(data, key);
    const value = found ?? fallback;
    if (value === undefined || value === null)
      throw new InvalidReleaseError(`the data of the release has no ${quoted(key)}, which has no default`);
    if (found === undefined) log.info(`${key} is not in the data: its default is taken`);
    extractedValues[resultIndex] = textOfValue(value);
  }
  const policy = choosePolicy(params.policy, checkDocument(data, PolicyData, 'the data of the release'));
  if (policy === NO_POLICY) log.warn('the policy is none: NOTHING VERIFIES what is released');
  else if (dataPlace({ params, workspaces }).travelsBy === 'workspace')
    throw new InvalidReleaseError(
      `the policy ${quoted(policy)} cannot be asked: verify-conforma reads the files of the release from a trusted artifact, and they are in a workspace`,
      { hint: 'give ociStorage, a repository that this account may push to: the files then travel by it' },
    );
  else log.info(`the release is held to the policy ${policy}`);
  return { extractedValues, policy };
});
