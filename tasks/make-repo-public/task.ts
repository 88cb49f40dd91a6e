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

const SECRETS = '/etc/secrets';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'make-repo-public',
  version: '0.1.0',
  displayName: 'Make repositories public',
  categories: ['Release'],
  tags: ['konflux', 'release', 'quay'],
  description:
    'Makes the repositories of a release public where its data asks for that, in registries that are Quay by their own word. What is public already is left alone.',
  documentation: `## The Secret

Its key \`token\` is an OAuth token of Quay with the right to administer repositories. Where a release goes to several registries
that are Quay, no token is sent to another one: the Secret then has a key \`token.<host>\` for each of them.

## Requests

One for a repository that is public already, as each is from its second release on, and two for one that is not. The second
cannot be left out: Quay's \`changevisibility\` takes no condition and does not say what was before, so that sent alone it would
change, and write into the log of, every repository at every release.`,
  failures: {
    'Secret … has no token for …': 'Add a key with the name of the registry to the Secret.',
  },
  params: {
    dataPath: Text.describe('Path of the merged data in dataDir.'),
    snapshotPath: Text.describe('Path of the mapped Snapshot in dataDir.'),
    registrySecret: Text.describe('Secret with the token of the registry, under the key token.'),
    ...dataParams,
  },
  results: { sourceDataArtifact: SourceDataArtifact },
  workspaces: dataWorkspaces,
  volumes: [...dataVolumes, { name: 'registry-secret', secret: { secretName: '$(params.registrySecret)' } }],
  steps: {
    'use-trusted-artifact': useDataStep,
    'make-repo-public': {
      ...dataStep,
      takes: ['dataPath', 'snapshotPath', 'registrySecret', 'ociStorage', 'dataDir'],
      reads: { ...dataStep.reads, secrets: SECRETS },
      volumeMounts: [
        ...dataStep.volumeMounts,
        { name: 'registry-secret', mountPath: SECRETS, readOnly: true },
      ],
      cpu: '150m',
      memory: '256Mi',
      timeout: '30m',
    },
    'create-trusted-artifact': createDataStep,
  },
});
