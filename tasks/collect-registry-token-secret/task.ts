import { dataParams, dataStep, dataVolumes, dataWorkspaces, useDataStep } from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'collect-registry-token-secret',
  version: '0.1.0',
  displayName: 'Collect the secret of a registry',
  categories: ['Release'],
  tags: ['konflux', 'release', 'quay'],
  description:
    'Says which Secret has the token that makes repositories public, where the data of the release asks for public ones.',
  failures: {
    'mapping.registrySecret …, and repositories shall be made public':
      'Name the Secret with the token of the registry in `mapping.registrySecret`.',
  },
  params: { dataPath: Text.describe('Path of the merged data in dataDir.'), ...dataParams },
  results: {
    registrySecret: Text.describe('Name of the Secret; empty where nothing shall be made public.'),
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': { ...useDataStep, takes: [...useDataStep.takes, 'ociArtifactExpiresAfter'] },
    'collect-secret': {
      ...dataStep,
      takes: ['dataPath', 'ociStorage', 'dataDir'],
      writes: ['registrySecret'],
      cpu: '50m',
      memory: '128Mi',
      timeout: '5m',
    },
  },
});
