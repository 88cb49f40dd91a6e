import { registryFailures, TestOutput } from '#lib/konflux';
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

/** The pipeline's last gate before the first push; in one step, because a matrix over components would need a long list. */
export const task = defineTask({
  name: 'sanity-check-snapshot',
  version: '0.1.0',
  displayName: 'Sanity check of a Snapshot',
  categories: ['Image Checks'],
  tags: ['bootc', 'checks', 'konflux', 'release'],
  description:
    'Judges every bootc image of a mapped Snapshot as the task sanity-check judges one, and refuses the release where one could not boot. An image is a bootc image when all of its platforms have the label containers.bootc=1; one that has it on some of them fails, and the others are named and not judged.',
  failures: {
    'sanity check failed: …':
      'The log has the table of each image; the page of [sanity-check](../sanity-check/README.md) says what mends a check.',
    ...registryFailures,
  },
  params: {
    snapshotPath: Text.describe('Path of the mapped Snapshot in dataDir.'),
    dataPath: Text.describe(
      'Path of the merged data: sanityCheck.compose is the compose that the packages must come from, without it that check is skipped.',
    ),
    resultsDirPath: Text.describe(
      'Path of the directory for sanity-check-results.json, which the Release then says.',
    ),
    ...dataParams,
  },
  results: {
    TEST_OUTPUT: TestOutput.describe('Verdict over all components, in the form that Conforma reads.'),
    sourceDataArtifact: SourceDataArtifact,
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': useDataStep,
    check: {
      ...dataStep,
      takes: ['snapshotPath', 'dataPath', 'resultsDirPath', 'ociStorage', 'dataDir'],
      writes: ['TEST_OUTPUT'],
      cpu: '500m',
      memory: '1Gi',
      timeout: '2h',
    },
    'create-trusted-artifact': createDataStep,
  },
});
