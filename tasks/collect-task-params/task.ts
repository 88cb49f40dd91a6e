import * as z from 'zod';
import { dataParams, dataStep, dataVolumes, dataWorkspaces, useDataStep } from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name; it also says which policy the release is held to. */
export const task = defineTask({
  name: 'collect-task-params',
  version: '0.1.0',
  displayName: 'Take params of tasks from the data',
  description:
    'Takes values out of the data of a release for the params of tasks, and chooses the policy that the release is held to: where none is named the release ends here.',
  params: {
    dataPath: Text.describe('Path of the merged data in dataDir.'),
    keysToExtract: Text.describe(
      'JSON: a list of {resultIndex, key, default}, where a key is a path as jq writes it.',
    ),
    policy: Text.default('').describe(
      'EnterpriseContractPolicy as namespace/name, or JSON, or none; empty: conforma.policy of the data.',
    ),
    ...dataParams,
  },
  results: {
    extractedValues: z.array(z.string()).describe('The values, each at its index.'),
    policy: Text.describe('The policy that the release is held to; none where it is held to none.'),
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    // What it takes without effect is accepted for the sake of those who pass it.
    'use-trusted-artifact': { ...useDataStep, takes: [...useDataStep.takes, 'ociArtifactExpiresAfter'] },
    'collect-task-params': {
      ...dataStep,
      takes: ['dataPath', 'keysToExtract', 'policy', 'ociStorage', 'dataDir'],
      writes: ['extractedValues', 'policy'],
      cpu: '10m',
      memory: '64Mi',
      timeout: '5m',
    },
  },
});
