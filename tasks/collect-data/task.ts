import { releaseParams } from '#lib/konflux';
import {
  createDataStep,
  dataStep,
  dataVolumes,
  dataWorkspaces,
  firstDataParams,
  SourceDataArtifact,
} from '#lib/release-files';
import { defineTask, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name; it takes a release of a tenant, too, which has no admission. */
export const task = defineTask({
  name: 'collect-data',
  version: '0.1.0',
  displayName: 'Collect the data of a release',
  categories: ['Release'],
  tags: ['konflux', 'release'],
  description:
    'Reads the custom resources of a release and merges their data: ReleasePlanAdmission over ReleasePlan over Release over what collectors found. Maps are merged, lists joined and sorted. Keys that only an admission may set are refused elsewhere.',
  failures: {
    'only a ReleasePlanAdmission may set …': 'Take the key out of the ReleasePlan or Release.',
    '… is of …, and ReleasePlan … of …':
      'Snapshot and ReleasePlan are of two applications: release by the plan of its own.',
    'the Snapshot has no component: there is nothing to release': 'Build first.',
  },
  params: {
    ...releaseParams,
    subdirectory: Text.default('').describe(
      'Directory of the files inside dataDir, so that releases can share a workspace.',
    ),
    ...firstDataParams,
  },
  results: {
    release: Text.describe('Path of the Release in dataDir.'),
    releasePlan: Text.describe('Path of the ReleasePlan.'),
    releasePlanAdmission: Text.describe('Path of the ReleasePlanAdmission; empty without one.'),
    releaseServiceConfig: Text.describe('Path of the ReleaseServiceConfig; empty without one.'),
    snapshotSpec: Text.describe('Path of the spec of the Snapshot.'),
    data: Text.describe('Path of the merged data.'),
    resultsDir: Text.describe('Path of the directory in which tasks leave what the Release shall say.'),
    singleComponentMode: Text.describe('Whether one component of the Snapshot is released: true or false.'),
    snapshotName: Text.describe('Name of the Snapshot.'),
    snapshotNamespace: Text.describe('Its namespace.'),
    snapshotBuildId: Text.describe(
      'The PipelineRun that built it, by its label; empty where it does not say.',
    ),
    releasePipelineMetadata: Text.describe(
      'Which pipeline this is, as JSON with org, repo, revision, pathinrepo and sha.',
    ),
    subdirectory: Text.describe('The subdirectory that was given.'),
    sourceDataArtifact: SourceDataArtifact,
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'collect-data': {
      ...dataStep,
      takes: [
        'release',
        'releasePlan',
        'releasePlanAdmission',
        'releaseServiceConfig',
        'snapshot',
        'subdirectory',
        'ociStorage',
        'dataDir',
      ],
      writes: [
        'release',
        'releasePlan',
        'releasePlanAdmission',
        'releaseServiceConfig',
        'snapshotSpec',
        'data',
        'resultsDir',
        'singleComponentMode',
        'snapshotName',
        'snapshotNamespace',
        'snapshotBuildId',
        'releasePipelineMetadata',
        'subdirectory',
      ],
      cpu: '10m',
      memory: '64Mi',
      timeout: '10m',
    },
    'check-data-key-sources': {
      ...dataStep,
      takes: ['subdirectory', 'ociStorage', 'dataDir'],
      cpu: '10m',
      memory: '64Mi',
      timeout: '5m',
    },
    'create-trusted-artifact': {
      ...createDataStep,
      takes: [
        'subdirectory',
        'ociStorage',
        'dataDir',
        'ociArtifactExpiresAfter',
        'trustedArtifactsDebug',
        'taskGitUrl',
        'taskGitRevision',
      ],
    },
  },
});
