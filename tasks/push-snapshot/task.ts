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
import { Count, defineTask, Flag, Text } from '#lib/tekton';

/** Konflux's task of this name, name for name; no tag moves before everything is there. */
export const task = defineTask({
  name: 'push-snapshot',
  version: '0.1.0',
  displayName: 'Push a Snapshot',
  categories: ['Release'],
  tags: ['konflux', 'release', 'registry'],
  description:
    'Copies the images of a mapped Snapshot with all that belongs to them, by digest, to all of their repositories, reads them back, and only then moves tags: new ones first, existing ones last. What fails before has moved none; what fails later says which, and another attempt does the rest.',
  failures: {
    '… ended midway: …':
      'The message says which tags have moved: run the release again, which does the rest, or `bootc-catalog release undo`.',
    '… was … when this release began, was to become …, and is … now':
      'Another release moves the tag: wait for it, then decide which is to be there.',
    '… is to name two images: …': 'Give one of the two components another tag or repository.',
    ...registryFailures,
  },
  params: {
    snapshotPath: Text.describe('Path of the mapped Snapshot in dataDir.'),
    dataPath: Text.describe('Path of the merged data.'),
    resultsDirPath: Text.describe(
      'Path of the directory for push-snapshot-results.json: the images, and for each tag that moved the digest that it named before.',
    ),
    concurrentLimit: Count.refine((limit) => limit >= 1 && limit <= 1_000, 'expected 1 to 1000')
      .default(20)
      .describe('Requests and blobs under way at each registry at once.'),
    retries: Count.refine((retries) => retries <= 100, 'expected at most 100')
      .default(3)
      .describe('How often a request is tried again where that can help.'),
    copyAttachedArtifacts: Flag.default(false).describe(
      'Copy also what refers to an image, at any depth; the data can say so for each component.',
    ),
    ...dataParams,
  },
  results: { sourceDataArtifact: SourceDataArtifact },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': useDataStep,
    'push-snapshot': {
      ...dataStep,
      takes: [
        'snapshotPath',
        'dataPath',
        'resultsDirPath',
        'concurrentLimit',
        'retries',
        'copyAttachedArtifacts',
        'ociStorage',
        'dataDir',
      ],
      cpu: '1',
      memory: '512Mi',
      timeout: '4h',
    },
    'create-trusted-artifact': createDataStep,
  },
});
