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

const SECRET = '/mnt/registry-secret';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'make-repo-public',
  version: '0.1.0',
  displayName: 'Make repositories public',
  description:
    'Makes the repositories of components public that the data says so of, where their registry is a Quay, which its discovery tells. A repository that is public already is left alone.',
  params: {
    dataPath: Text.describe('Path of the merged data in dataDir.'),
    snapshotPath: Text.describe('Path of the mapped Snapshot.'),
    registrySecret: Text.describe(
      'Secret whose key token has a token that may administer repositories. Where repositories are at several registries it has a key for each, named as the registry, with _ for a colon.',
    ),
    ...dataParams,
  },
  results: { sourceDataArtifact: SourceDataArtifact },
  workspaces: dataWorkspaces,
  volumes: [...dataVolumes, { name: 'registry-secret', secret: { secretName: '$(params.registrySecret)' } }],
  steps: {
    'use-trusted-artifact': useDataStep,
    'make-repo-public': {
      ...dataStep,
      reads: { ...dataStep.reads, secret: SECRET },
      volumeMounts: [
        ...dataStep.volumeMounts,
        { name: 'registry-secret', mountPath: SECRET, readOnly: true },
      ],
      takes: ['dataPath', 'snapshotPath', 'registrySecret', 'ociStorage', 'dataDir'],
      cpu: '150m',
      memory: '128Mi',
      timeout: '30m',
    },
    'create-trusted-artifact': createDataStep,
  },
});
