import * as z from 'zod';
import { checkDocument, choosePolicy, extractValues, NO_POLICY, PolicyData } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { task } from './task.ts';

export default implement(task.steps['collect-task-params'], async (context) => {
  const { params, log } = context;
  const data = releaseFiles(context).read(params.dataPath, z.record(z.string(), z.json()), 'the data');
  const extractedValues = extractValues(data, params.keysToExtract);
  const policy = choosePolicy(params.policy, checkDocument(data, PolicyData, 'the data'));
  if (policy === NO_POLICY) log.warn('the policy is none: NOTHING VERIFIES what is released');
  else log.info(`the release is held to the policy ${policy}`);
  return { extractedValues: [...extractedValues], policy };
});
