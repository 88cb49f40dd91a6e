import * as z from 'zod';
import { dataStep, dataVolumes, dataWorkspaces, firstDataParams, useDataStep } from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'update-cr-status',
  version: '0.1.0',
  displayName: 'Say in the Release what was released',
  description:
    'Merges the result files of the tasks into the status of the Release; lists of several files are joined. An account that may not patch it is warned of, and the release stands.',
  params: {
    resourceType: Text.default('release').describe('Kind of the resource: release, or another of a release.'),
    statusKey: Text.default('artifacts').describe('Key of the status that the results are merged into.'),
    resource: Text.describe('The resource, as namespace/name.'),
    resultsDirPath: Text.describe('Path of the directory with the result files, in dataDir.'),
    resultArtifacts: z
      .array(z.string())
      .default([])
      .describe('Trusted artifacts with result files, as artifact=directory.'),
    ...firstDataParams,
  },
  results: {},
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact-array': {
      ...useDataStep,
      takes: [
        'resultArtifacts',
        'ociStorage',
        'dataDir',
        'ociArtifactExpiresAfter',
        'trustedArtifactsDebug',
        'taskGitUrl',
        'taskGitRevision',
      ],
    },
    'update-cr-status': {
      ...dataStep,
      takes: ['resourceType', 'statusKey', 'resource', 'resultsDirPath', 'ociStorage', 'dataDir'],
      cpu: '50m',
      memory: '128Mi',
      timeout: '10m',
    },
  },
});
