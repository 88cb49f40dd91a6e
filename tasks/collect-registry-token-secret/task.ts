import { dataParams, dataStep, dataVolumes, dataWorkspaces, useDataStep } from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'collect-registry-token-secret',
  version: '0.1.0',
  displayName: 'Find the Secret of the registry',
  description:
    'Says which Secret has the token that makes repositories public: mapping.registrySecret of the data, where a component or the defaults ask for it.',
  params: { dataPath: Text.describe('Path of the merged data in dataDir.'), ...dataParams },
  results: {
    registrySecret: Text.describe('Name of the Secret; empty where nothing is to become public.'),
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    // What it takes without effect is accepted for the sake of those who pass it.
    'use-trusted-artifact': { ...useDataStep, takes: [...useDataStep.takes, 'ociArtifactExpiresAfter'] },
    'collect-secret': {
      ...dataStep,
      takes: ['dataPath', 'ociStorage', 'dataDir'],
      writes: ['registrySecret'],
      cpu: '10m',
      memory: '64Mi',
      timeout: '5m',
    },
  },
});
