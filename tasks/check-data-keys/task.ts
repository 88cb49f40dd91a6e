import * as z from 'zod';
import {
  createDataStep,
  dataParams,
  dataStep,
  dataVolumes,
  dataWorkspaces,
  SourceDataArtifact,
  useDataStep,
} from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

/** Where upstream's schema is; here it means the schema that the step has in itself. */
export const SCHEMA =
  'https://raw.githubusercontent.com/konflux-ci/release-service-catalog/refs/heads/development/schema/dataKeys.json';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'check-data-keys',
  version: '0.1.0',
  displayName: 'Check the data of a release',
  categories: ['Release'],
  tags: ['konflux', 'release', 'schema'],
  description:
    "Checks the merged data of a release as upstream's schema does, and our own keys in it, with nothing from the network. An error names each place that is wrong, and the resource that brought it.",
  failures: {
    'the data of the release is not valid: …':
      'The message names each place and the resource that brought it: mend the ReleasePlan, its admission or the Release.',
  },
  params: {
    dataPath: Text.describe('Path of the merged data in dataDir.'),
    schema: Text.default(SCHEMA).describe(
      'Address of the schema. The default means the one that the step has; no other is taken.',
    ),
    systems: z
      .array(z.string())
      .default([])
      .describe(
        'Systems whose keys must be there: names, or as JSON objects with systemName and dynamic, or a list of these.',
      ),
    ...dataParams,
  },
  results: { sourceDataArtifact: SourceDataArtifact },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': useDataStep,
    'check-data-keys': {
      ...dataStep,
      takes: ['dataPath', 'schema', 'systems', 'ociStorage', 'dataDir'],
      cpu: '10m',
      memory: '64Mi',
      timeout: '5m',
    },
    'create-trusted-artifact': createDataStep,
  },
});
