import * as z from 'zod';
import { dataParams, dataStep, dataVolumes, dataWorkspaces, useDataStep } from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

const { sourceDataArtifact: _, ...params } = dataParams;

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'update-cr-status',
  version: '0.1.0',
  displayName: 'Update the status of a Release',
  categories: ['Release'],
  tags: ['konflux', 'release'],
  description:
    'Puts what the tasks of a release have left as results into the status of the Release. Lists of two files are joined. An account that may not patch the status is told so, and the release stands.',
  failures: {
    'the results in … say something else of … than those of another task':
      'Two tasks report other values for one key: only one may.',
  },
  params: {
    resourceType: Text.default('release').describe('Kind of the object: release, or its plural.'),
    statusKey: Text.default('artifacts').describe('Key of the status that the results are merged into.'),
    resource: Text.describe('The object, as namespace/name.'),
    resultsDirPath: Text.describe('Path of the directory with the result files in dataDir.'),
    resultArtifacts: z
      .array(z.string())
      .default([])
      .describe(
        'The trusted artifact with the files of the release, perhaps with = and dataDir behind it; empty where the files are in the workspace.',
      ),
    policy: Text.default('').describe(
      'The policy that the release was held to, which the status then says; none where nothing was verified. Empty: the status says nothing of it.',
    ),
    ...params,
  },
  results: {},
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact-array': {
      ...useDataStep,
      takes: [
        'resultArtifacts',
        'resultsDirPath',
        'ociStorage',
        'ociArtifactExpiresAfter',
        'dataDir',
        'trustedArtifactsDebug',
        'taskGitUrl',
        'taskGitRevision',
      ],
    },
    'update-cr-status': {
      ...dataStep,
      takes: ['resourceType', 'statusKey', 'resource', 'resultsDirPath', 'policy', 'ociStorage', 'dataDir'],
      cpu: '50m',
      memory: '128Mi',
      timeout: '10m',
    },
  },
});
