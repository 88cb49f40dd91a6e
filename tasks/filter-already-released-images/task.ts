import { registryFailures } from '#lib/konflux';
import {
  createDataStep,
  dataParams,
  dataStep,
  dataVolumes,
  dataWorkspaces,
  SourceDataArtifact,
  useDataStep,
} from '#lib/release-files';
import { defineTask, Flag, Text } from '#lib/tekton';

/** Konflux's task of this name, name for name; its answer is about all repositories of a component, not about one. */
export const task = defineTask({
  name: 'filter-already-released-images',
  version: '0.1.0',
  displayName: 'Filter released images',
  categories: ['Release'],
  tags: ['konflux', 'release', 'registry'],
  description:
    'Takes the components out of a mapped Snapshot that are released: all tags of all of their repositories name the image. A registry that does not answer is an error, and never taken for "not released".',
  failures: {
    '… has no digest: …':
      'A component of the mapped Snapshot names no image by digest: it was not made by apply-mapping.',
    ...registryFailures,
  },
  params: {
    snapshotPath: Text.describe(
      'Path of the mapped Snapshot in dataDir; it is written anew without the components.',
    ),
    caCertPath: Text.default('/mnt/trusted-ca/ca-bundle.crt').describe(
      'Without effect: the step knows where the ConfigMap of authorities is.',
    ),
    ...dataParams,
  },
  results: {
    skip_release: Flag.describe('true where every component is released, and so nothing is left to do.'),
    sourceDataArtifact: SourceDataArtifact,
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': useDataStep,
    'filter-already-released-images': {
      ...dataStep,
      takes: ['snapshotPath', 'caCertPath', 'ociStorage', 'dataDir'],
      writes: ['skip_release'],
      cpu: '100m',
      memory: '128Mi',
      timeout: '30m',
    },
    'create-trusted-artifact': createDataStep,
  },
});
