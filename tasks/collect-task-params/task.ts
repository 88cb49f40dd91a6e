import * as z from 'zod';
import { dataParams, dataStep, dataVolumes, dataWorkspaces, useDataStep } from '#lib/release-files';
import { defineTask, json, Text } from '#lib/tekton';

const Key = z.object({
  resultIndex: z.int().nonnegative(),
  key: z.string().min(1),
  default: z.unknown().optional(),
});

/** Konflux' task of this name, name for name; it also says which policy the release is held to. */
export const task = defineTask({
  name: 'collect-task-params',
  version: '0.1.0',
  displayName: 'Collect params of tasks from release data',
  categories: ['Release'],
  tags: ['konflux', 'release'],
  description:
    'Takes values out of the merged data of a release, for params of the tasks after it, and chooses the policy that the release is held to: where none is named the release ends here.',
  failures: {
    'no policy is named that the release is held to':
      'Name an EnterpriseContractPolicy in `conforma.policy`; the word `none` releases without one.',
    'the data of the release has no …, which has no default': 'Set the key that the message names.',
  },
  params: {
    dataPath: Text.describe('Path of the merged data in dataDir.'),
    keysToExtract: json(z.array(Key).min(1, 'expected a key at least')).describe(
      'JSON list of {resultIndex, key, default}: the place in the result, the path of the key as jq has it, and what counts where it is not there.',
    ),
    policy: Text.default('').describe(
      'EnterpriseContractPolicy as namespace/name, or its spec as JSON, or the word none; empty: conforma.policy of the data.',
    ),
    ...dataParams,
  },
  results: {
    extractedValues: z
      .array(z.string())
      .describe('The values, each at its resultIndex; maps and lists as JSON.'),
    policy: Text.describe('The policy that the release is held to; none where nothing is verified.'),
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': { ...useDataStep, takes: [...useDataStep.takes, 'ociArtifactExpiresAfter'] },
    'collect-task-params': {
      ...dataStep,
      takes: ['dataPath', 'keysToExtract', 'policy', 'ociStorage', 'dataDir'],
      writes: ['extractedValues', 'policy'],
      cpu: '50m',
      memory: '128Mi',
      timeout: '5m',
    },
  },
});
